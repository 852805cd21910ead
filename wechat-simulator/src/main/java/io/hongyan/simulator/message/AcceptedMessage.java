package io.hongyan.simulator.message;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One accepted message, read back.
 *
 * @param position its place in the log, from 1
 * @param data the {@code data} object as JSON text
 */
public record AcceptedMessage(
    long position,
    @Nullable String clientMsgId,
    String appid,
    String openid,
    String templateId,
    long msgid,
    Instant at,
    String data) {}
