package io.hongyan.common.callback;

import io.hongyan.common.message.UnreadableMessageException;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A follower's message or event and what was answered, on its way through the queue {@code
 * hongyan.callbacks} to its row in {@code callback_log}; {@code subscribe} and {@code unsubscribe}
 * also change the row in {@code follower}.
 *
 * @param id made by the gateway whose handler ran, so that a copy from the queue is stored once
 * @param receivedAt when the gateway got it; with the id the key of its row
 * @param type WeChat's {@code MsgType}
 * @param event WeChat's {@code Event}; null unless the type is {@code event}
 * @param msgId WeChat's {@code MsgId}; null for events
 * @param createdAt WeChat's {@code CreateTime}, whole seconds
 * @param body as it came, decrypted
 * @param handler what answered, see {@code callback_log.handler}
 * @param reply the answer as JSON; null if there was none
 * @param result {@code replied}, {@code nothing} or {@code failed}
 * @param tookMillis how long the handler ran
 * @param gateway name of the instance whose handler ran
 */
public record InboundRecord(
    long id,
    Instant receivedAt,
    String account,
    String openid,
    String type,
    @Nullable String event,
    @Nullable String eventKey,
    @Nullable Long msgId,
    Instant createdAt,
    String body,
    String handler,
    @Nullable String reply,
    String result,
    int tookMillis,
    String gateway) {

  /** Refuses what JSON may leave out. */
  public InboundRecord {
    Objects.requireNonNull(receivedAt, "receivedAt");
    Objects.requireNonNull(account, "account");
    Objects.requireNonNull(openid, "openid");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(createdAt, "createdAt");
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(handler, "handler");
    Objects.requireNonNull(result, "result");
    Objects.requireNonNull(gateway, "gateway");
  }

  /** The record as an AMQP body. */
  public byte[] encode() {
    return CallbackJson.write(this);
  }

  /**
   * Reads {@link #encode()}.
   *
   * @throws UnreadableMessageException if it is not one
   */
  public static InboundRecord decode(byte[] body) throws UnreadableMessageException {
    return CallbackJson.read(body, InboundRecord.class);
  }
}
