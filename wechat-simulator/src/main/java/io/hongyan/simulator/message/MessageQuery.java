package io.hongyan.simulator.message;

import org.jspecify.annotations.Nullable;

/**
 * Which accepted messages to read, oldest first.
 *
 * @param after only messages behind this position; 0 for all
 * @param limit how many at most
 */
public record MessageQuery(
    @Nullable String clientMsgId, @Nullable String openid, int after, int limit) {

  boolean matches(AcceptedMessage message) {
    return (clientMsgId == null || clientMsgId.equals(message.clientMsgId()))
        && (openid == null || openid.equals(message.openid()));
  }
}
