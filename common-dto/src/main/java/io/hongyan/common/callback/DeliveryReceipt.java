package io.hongyan.common.callback;

import io.hongyan.common.message.UnreadableMessageException;
import java.time.Instant;
import java.util.Objects;

/**
 * WeChat's word on what became of a message that it had accepted: one {@code TEMPLATESENDJOBFINISH}
 * event, on its way through the queue {@code hongyan.receipts}.
 *
 * @param id made by the gateway that received it, so that a copy from the queue is stored once; a
 *     repeat by WeChat has another one
 * @param receivedAt when the gateway got it; with the id the key of its row
 * @param msgid as WeChat says; 0 = it does not say
 * @param status as WeChat wrote it: {@code success}, {@code failed:user block} …
 * @param finishedAt WeChat's {@code CreateTime}, whole seconds
 */
public record DeliveryReceipt(
    long id,
    Instant receivedAt,
    String account,
    String openid,
    long msgid,
    String status,
    Instant finishedAt) {

  /** Refuses what JSON may leave out. */
  public DeliveryReceipt {
    Objects.requireNonNull(receivedAt, "receivedAt");
    Objects.requireNonNull(account, "account");
    Objects.requireNonNull(openid, "openid");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(finishedAt, "finishedAt");
  }

  /** Whether the person got the message. Every status but {@code success} means no. */
  public boolean delivered() {
    return status.strip().equalsIgnoreCase("success");
  }

  /** The receipt as an AMQP body. */
  public byte[] encode() {
    return CallbackJson.write(this);
  }

  /**
   * Reads {@link #encode()}.
   *
   * @throws UnreadableMessageException if it is not one
   */
  public static DeliveryReceipt decode(byte[] body) throws UnreadableMessageException {
    return CallbackJson.read(body, DeliveryReceipt.class);
  }
}
