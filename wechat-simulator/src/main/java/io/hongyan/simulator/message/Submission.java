package io.hongyan.simulator.message;

import org.jspecify.annotations.Nullable;

/**
 * A send that has passed every check and is about to be accepted.
 *
 * @param clientMsgId null when the caller gave none
 * @param data the {@code data} object as JSON text
 */
public record Submission(
    String appid, String openid, String templateId, @Nullable String clientMsgId, String data) {}
