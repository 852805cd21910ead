package io.hongyan.sender.delivery;

import io.hongyan.common.message.OutcomeClass;
import io.hongyan.common.wechat.WeChatError;
import io.hongyan.sender.delivery.Outcome.Accepted;
import io.hongyan.sender.delivery.Outcome.AccountStopped;
import io.hongyan.sender.delivery.Outcome.Doubtful;
import io.hongyan.sender.delivery.Outcome.Refused;
import io.hongyan.sender.delivery.Outcome.Retryable;
import io.hongyan.sender.delivery.Outcome.Stop;
import io.hongyan.sender.delivery.Outcome.TokenRefused;
import io.hongyan.sender.wechat.NotSentException;
import io.hongyan.sender.wechat.WeChatReply;
import java.io.IOException;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Turns WeChat's answer, or its absence, into an {@link Outcome}; the table of codes is {@link
 * WeChatError}. Pure.
 */
@Component
class OutcomeClassifier {

  // An unknown code gets one more chance: WeChat has had bad minutes with odd codes.
  private static final int TRIES_OF_UNKNOWN_CODE = 1;
  // "Service unavailable" says that the request was not taken. A 500 may come after it was, so like
  // every other status it leaves the message in doubt.
  private static final int NOT_TAKEN = 503;

  /**
   * Classes an answer.
   *
   * @param mayHaveBeenAccepted whether an earlier attempt is in doubt
   */
  Outcome classify(WeChatReply reply, boolean mayHaveBeenAccepted) {
    if (reply.errcode() == null) {
      return unreadable(reply);
    }
    int errcode = reply.errcode();
    if (errcode == 0) {
      return new Accepted(reply.msgid());
    }
    Optional<WeChatError> known = WeChatError.of(errcode);
    if (known.isEmpty()) {
      return new Retryable(
          errcode,
          reply.errmsg(),
          TRIES_OF_UNKNOWN_CODE,
          OutcomeClass.REQUEST,
          "WeChat answered with a code that is not in its documents; ask with the rid in errmsg");
    }
    WeChatError error = known.get();
    return switch (error.reaction()) {
      case RETRY ->
          new Retryable(
              errcode,
              reply.errmsg(),
              RetryPolicy.MAX_TRIES,
              error.outcomeClass(),
              error.adviceEn());
      case REFRESH_TOKEN -> new TokenRefused(errcode, reply.errmsg());
      case DUPLICATE -> mayHaveBeenAccepted ? new Accepted(null) : refused(error, reply);
      case DAILY_QUOTA -> new AccountStopped(Stop.DAY, errcode, reply.errmsg());
      case MINUTE_QUOTA -> new AccountStopped(Stop.MINUTE, errcode, reply.errmsg());
      case GATE -> new AccountStopped(Stop.UNTIL_RESUMED, errcode, reply.errmsg());
      case FAIL -> refused(error, reply);
    };
  }

  /** Classes a call that ended without an answer. */
  Outcome classify(IOException failure) {
    String cause = failure.getClass().getSimpleName() + ": " + failure.getMessage();
    return failure instanceof NotSentException
        ? retryable("no connection: " + cause)
        : new Doubtful(cause);
  }

  private static Outcome unreadable(WeChatReply reply) {
    String seen = "HTTP %d: %s".formatted(reply.httpStatus(), reply.errmsg());
    return reply.httpStatus() == NOT_TAKEN ? retryable(seen) : new Doubtful(seen);
  }

  private static Outcome retryable(String cause) {
    return new Retryable(
        null, cause, RetryPolicy.MAX_TRIES, OutcomeClass.EXHAUSTED, WeChatError.BUSY.adviceEn());
  }

  private static Outcome refused(WeChatError error, WeChatReply reply) {
    return new Refused(error.outcomeClass(), error.code(), reply.errmsg(), error.adviceEn());
  }
}
