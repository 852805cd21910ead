package io.hongyan.sender.delivery;

import io.hongyan.common.message.OutcomeClass;
import io.hongyan.common.message.PushMessage;
import io.hongyan.common.wechat.WeChatError;
import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.delivery.Outcome.Accepted;
import io.hongyan.sender.delivery.Outcome.AccountStopped;
import io.hongyan.sender.delivery.Outcome.Doubtful;
import io.hongyan.sender.delivery.Outcome.Refused;
import io.hongyan.sender.delivery.Outcome.Retryable;
import io.hongyan.sender.delivery.Outcome.TokenRefused;
import io.hongyan.sender.gate.AccountRate;
import io.hongyan.sender.gate.BatchHolds;
import io.hongyan.sender.record.Entry;
import io.hongyan.sender.record.OutcomeRecorder;
import io.hongyan.sender.record.Start;
import io.hongyan.sender.record.UnrecordableException;
import io.hongyan.sender.wechat.AccessToken;
import java.time.Clock;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What becomes of a message after an attempt: recorded, requeued or parked, and what the account
 * learns from the answer. Called by {@link DeliveryService}. Thread-safe.
 */
@Component
class Settlement {

  static final String CANCELLED_ADVICE = "The batch was cancelled before it was sent";
  private static final String IN_DOUBT_TOO_LONG =
      "an attempt was left without an answer, longer ago than WeChat drops repeats";

  private final OutcomeRecorder outcomes;
  private final AccountStops stops;
  private final AccountRate rate;
  private final BatchHolds holds;
  private final Clock clock;

  Settlement(
      OutcomeRecorder outcomes,
      AccountStops stops,
      AccountRate rate,
      BatchHolds holds,
      Clock clock) {
    this.outcomes = outcomes;
    this.stops = stops;
    this.rate = rate;
    this.holds = holds;
    this.clock = clock;
  }

  /** Records what there is to record after {@code sent}, and says what becomes of the message. */
  Disposition settle(PushMessage message, SenderAccount account, AccessToken token, Sent sent)
      throws UnrecordableException, InterruptedException {
    return switch (sent) {
      case Sent.NotCalled notCalled ->
          notCalled.start() instanceof Start.InDoubtTooLong
              ? lookAgainOrEnd(message)
              : new Disposition.Recorded();
      case Sent.Withheld withheld -> tryAgainSoon(message, withheld);
      case Sent.Called called -> settleCall(message, account, token, called);
    };
  }

  private Disposition settleCall(
      PushMessage message, SenderAccount account, AccessToken token, Sent.Called called)
      throws UnrecordableException, InterruptedException {
    int attempts = message.attempts() + 1;
    boolean burst = rate.countReply(account, isBusy(called.outcome()));
    switch (called.outcome()) {
      case Accepted accepted -> {
        outcomes.record(
            new Entry.Success(
                message, attempts, accepted.msgid(), clock.instant(), called.tookMillis()));
        stops.accepted(account, called.began());
        return new Disposition.Recorded();
      }
      case Refused refused -> {
        return endRefused(
            message, refused.outcomeClass(), refused.errcode(), refused.errmsg(), refused.advice());
      }
      case Retryable retryable -> {
        if (burst) {
          stops.tooBusy(account, called.began());
          return wait(message, called, retryable.errcode(), retryable.errmsg());
        }
        return retry(message, called, retryable);
      }
      case Doubtful doubtful -> {
        return retryInDoubt(message, called, doubtful);
      }
      case TokenRefused refused ->
          throw new IllegalStateException(
              "DeliveryService resends after a refused token: " + refused);
      case AccountStopped stopped -> {
        stops.stop(account, stopped, token, called.began());
        return wait(message, called, stopped.errcode(), stopped.errmsg());
      }
    }
  }

  /**
   * The message waits for its account, no try used; if its batch was cancelled meanwhile, it ends.
   */
  private Disposition wait(
      PushMessage message, Sent.Called called, @Nullable Integer errcode, @Nullable String errmsg)
      throws UnrecordableException, InterruptedException {
    if (holds.isCancelled(message.id().batchId())) {
      return endRefused(message, OutcomeClass.CANCELLED, errcode, errmsg, CANCELLED_ADVICE);
    }
    noteRefusal(message, called, errcode, errmsg);
    return new Disposition.Park(message.afterAttempt(false));
  }

  private Disposition retry(PushMessage message, Sent.Called called, Retryable retryable)
      throws UnrecordableException, InterruptedException {
    OptionalInt level = RetryPolicy.nextLevel(message.tries(), retryable.maxTries());
    if (level.isEmpty()) {
      return endRefused(
          message,
          retryable.outcomeClass(),
          retryable.errcode(),
          retryable.errmsg(),
          retryable.advice());
    }
    if (holds.isCancelled(message.id().batchId())) {
      return endRefused(
          message,
          OutcomeClass.CANCELLED,
          retryable.errcode(),
          retryable.errmsg(),
          CANCELLED_ADVICE);
    }
    noteRefusal(message, called, retryable.errcode(), retryable.errmsg());
    return new Disposition.Requeue(level.getAsInt(), message.afterAttempt(true));
  }

  private Disposition retryInDoubt(PushMessage message, Sent.Called called, Doubtful doubtful)
      throws UnrecordableException, InterruptedException {
    OptionalInt level = RetryPolicy.nextLevel(message.tries(), RetryPolicy.MAX_TRIES);
    if (level.isEmpty() || holds.isCancelled(message.id().batchId())) {
      return end(
          message.afterAttempt(true),
          OutcomeClass.UNCERTAIN,
          Entry.UNCERTAIN_ADVICE,
          doubtful.cause());
    }
    outcomes.record(attempt(message, called, false, null, doubtful.cause()));
    return new Disposition.Requeue(level.getAsInt(), message.afterAttempt(true));
  }

  // The next delivery finds out what there is to do, with fresh eyes.
  private Disposition tryAgainSoon(PushMessage message, Sent.Withheld withheld)
      throws UnrecordableException, InterruptedException {
    outcomes.record(
        new Entry.Attempt(
            message,
            message.attempts() + 1,
            withheld.startId(),
            true,
            null,
            "no call was made: it came too late after its start",
            withheld.at(),
            0));
    return new Disposition.Requeue(1, message);
  }

  // Its first sender may be about to record what it knows, so it gets one more pause.
  private Disposition lookAgainOrEnd(PushMessage message)
      throws UnrecordableException, InterruptedException {
    return message.lookedAgain()
        ? end(message, OutcomeClass.UNCERTAIN, Entry.UNCERTAIN_ADVICE, IN_DOUBT_TOO_LONG)
        : new Disposition.Requeue(RetryPolicy.PARKING_LEVEL, message.lookAgain());
  }

  private Disposition end(
      PushMessage message, OutcomeClass outcomeClass, String advice, @Nullable String cause)
      throws UnrecordableException, InterruptedException {
    outcomes.record(
        new Entry.Failure(
            message,
            message.attempts(),
            outcomeClass,
            null,
            cause,
            advice,
            clock.instant(),
            false));
    return new Disposition.Recorded();
  }

  private Disposition endRefused(
      PushMessage message,
      OutcomeClass outcomeClass,
      @Nullable Integer errcode,
      @Nullable String errmsg,
      String advice)
      throws UnrecordableException, InterruptedException {
    outcomes.record(
        new Entry.Failure(
            message,
            message.attempts() + 1,
            outcomeClass,
            errcode,
            errmsg,
            advice,
            clock.instant(),
            true));
    return new Disposition.Recorded();
  }

  private static Entry.Attempt attempt(
      PushMessage message,
      Sent.Called called,
      boolean refused,
      @Nullable Integer errcode,
      @Nullable String errmsg) {
    return new Entry.Attempt(
        message,
        message.attempts() + 1,
        called.startId(),
        refused,
        errcode,
        errmsg,
        called.began(),
        called.tookMillis());
  }

  /** Notes an attempt that WeChat refused and that was not the last word. */
  void noteRefusal(
      PushMessage message, Sent.Called called, @Nullable Integer errcode, @Nullable String errmsg)
      throws UnrecordableException, InterruptedException {
    outcomes.record(attempt(message, called, true, errcode, errmsg));
  }

  /** Ends a message without a call of now; uncertain if an earlier one is in doubt. */
  Disposition endUnsent(PushMessage message, OutcomeClass outcomeClass, String advice)
      throws UnrecordableException, InterruptedException {
    return end(message, outcomeClass, advice, null);
  }

  private static boolean isBusy(Outcome outcome) {
    return outcome instanceof Retryable retryable
        && Integer.valueOf(WeChatError.BUSY.code()).equals(retryable.errcode());
  }
}
