package io.hongyan.sender.record;

import io.hongyan.common.message.MessageId;
import io.hongyan.common.message.OutcomeClass;
import io.hongyan.common.message.PushMessage;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Something to record about a message. */
public sealed interface Entry {

  /** What a person should do about a message that WeChat may have accepted. */
  String UNCERTAIN_ADVICE =
      "WeChat may have accepted it; look at the receipt or ask the person before you send again";

  /** The message it is about. */
  PushMessage message();

  /** The message's id. */
  default MessageId id() {
    return message().id();
  }

  /**
   * WeChat accepted it.
   *
   * @param attempts calls made, this one included
   * @param msgid WeChat's id; null where it gave none
   */
  record Success(
      PushMessage message, int attempts, @Nullable Long msgid, Instant sentAt, int tookMillis)
      implements Entry {}

  /**
   * It failed for good; recorded as {@code uncertain} if an attempt may have been accepted.
   *
   * @param attempts calls made
   * @param refused whether the last call was refused for sure, so that its start is taken off
   */
  record Failure(
      PushMessage message,
      int attempts,
      OutcomeClass outcomeClass,
      @Nullable Integer errcode,
      @Nullable String errmsg,
      String advice,
      Instant failedAt,
      boolean refused)
      implements Entry {

    /** The same failure under another class. */
    Failure as(OutcomeClass newClass, String newAdvice) {
      return new Failure(
          message, attempts, newClass, errcode, errmsg, newAdvice, failedAt, refused);
    }
  }

  /**
   * An attempt that was not the last word.
   *
   * @param attempt its number, from 1
   * @param startId the start it belongs to
   * @param refused whether WeChat cannot have accepted it, so that its start is taken off
   */
  record Attempt(
      PushMessage message,
      int attempt,
      long startId,
      boolean refused,
      @Nullable Integer errcode,
      @Nullable String errmsg,
      Instant at,
      int tookMillis)
      implements Entry {}
}
