package io.hongyan.gateway.callback;

import io.hongyan.common.secret.Secret;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an account's followers are answered.
 *
 * @param keywords enabled rules of that occasion, the first that fits counts; the other lists alike
 * @param target the internal system that is asked where no rule fits; null = none
 */
record AccountReplies(
    List<AutoReplyRule> keywords,
    List<AutoReplyRule> subscribes,
    List<AutoReplyRule> defaults,
    @Nullable Target target) {

  static final AccountReplies NONE = new AccountReplies(List.of(), List.of(), List.of(), null);

  /**
   * An internal system.
   *
   * @param secret what posts to it are signed with
   */
  record Target(URI url, Secret secret) {}
}
