package io.hongyan.sender.delivery;

import io.hongyan.common.message.Lane;
import io.hongyan.common.message.OutcomeClass;
import io.hongyan.common.message.PushMessage;
import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.account.SenderAccounts;
import io.hongyan.sender.delivery.Outcome.TokenRefused;
import io.hongyan.sender.gate.AccountRate;
import io.hongyan.sender.gate.BatchHolds;
import io.hongyan.sender.record.DoubtProperties;
import io.hongyan.sender.record.Start;
import io.hongyan.sender.record.StartRecorder;
import io.hongyan.sender.record.UnrecordableException;
import io.hongyan.sender.token.AccessTokens;
import io.hongyan.sender.token.TokenRefusedException;
import io.hongyan.sender.token.TokenUnavailableException;
import io.hongyan.sender.wechat.AccessToken;
import io.hongyan.sender.wechat.WeChatClient;
import io.hongyan.sender.wechat.WeChatReply;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * One message end to end: may it go, start row, call to WeChat, record, decide. Called by consume
 * on a virtual thread for each message; blocks until the outcome is committed. Thread-safe.
 */
@Component
public class DeliveryService {

  private static final Logger log = LoggerFactory.getLogger(DeliveryService.class);
  // How often a message that waits for its turn looks whether it may still go at all.
  private static final Duration LOOK_UP = Duration.ofMillis(500);

  private static final String EXPIRED_ADVICE =
      "Its expireAt passed before it was sent; submit it again with a later one if it still matters";

  private final SenderAccounts accounts;
  private final BatchHolds holds;
  private final AccountRate rate;
  private final AccountStops stops;
  private final AccessTokens tokens;
  private final StartRecorder starts;
  private final WeChatClient wechat;
  private final OutcomeClassifier classifier;
  private final Settlement settlement;
  private final Duration callWithin;
  private final Clock clock;

  DeliveryService(
      SenderAccounts accounts,
      BatchHolds holds,
      AccountRate rate,
      AccountStops stops,
      AccessTokens tokens,
      StartRecorder starts,
      WeChatClient wechat,
      OutcomeClassifier classifier,
      Settlement settlement,
      DoubtProperties doubt,
      Clock clock) {
    this.accounts = accounts;
    this.holds = holds;
    this.rate = rate;
    this.stops = stops;
    this.tokens = tokens;
    this.starts = starts;
    this.wechat = wechat;
    this.classifier = classifier;
    this.settlement = settlement;
    this.callWithin = doubt.callWithin();
    this.clock = clock;
  }

  /**
   * Delivers a message as far as that can be done now.
   *
   * @param patience asked while the message waits for its turn; false = this sender is stopping
   * @throws InterruptedException if this sender stops while something is being recorded; the
   *     message is to be left unacked
   */
  public Disposition deliver(PushMessage message, Lane lane, BooleanSupplier patience)
      throws InterruptedException {
    try {
      while (patience.getAsBoolean()) {
        Optional<SenderAccount> account = accounts.find(message.account());
        Optional<Disposition> obstacle = obstacle(message, account, lane);
        if (obstacle.isPresent()) {
          return obstacle.get();
        }
        if (rate.tryEnter(account.orElseThrow(), lane, LOOK_UP)) {
          return sendInTurn(message, lane);
        }
      }
      return new Disposition.Leave();
    } catch (UnrecordableException e) {
      return new Disposition.Dead(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Sends one message of an account whose gate opens only when one gets through: this gate does not
   * stop it, everything else does. An acceptance opens the gate.
   */
  public Disposition probe(PushMessage message, SenderAccount account) throws InterruptedException {
    try {
      Optional<Disposition> end = batchObstacle(message);
      return end.isPresent() ? end.get() : send(message, account, PlaceInFlight.none());
    } catch (UnrecordableException e) {
      return new Disposition.Dead(String.valueOf(e.getMessage()));
    }
  }

  private Disposition sendInTurn(PushMessage message, Lane lane)
      throws UnrecordableException, InterruptedException {
    Optional<SenderAccount> account = accounts.find(message.account());
    try (PlaceInFlight place = new PlaceInFlight(() -> rate.leave(message.account()))) {
      // The wait may have been long, and what stops the message may have come meanwhile.
      Optional<Disposition> obstacle = obstacle(message, account, lane);
      return obstacle.isPresent() ? obstacle.get() : send(message, account.orElseThrow(), place);
    }
  }

  /** Why the message may not go now, and what becomes of it. */
  private Optional<Disposition> obstacle(
      PushMessage message, Optional<SenderAccount> account, Lane lane)
      throws UnrecordableException, InterruptedException {
    if (account.isEmpty()) {
      return Optional.of(
          new Disposition.Dead("account %s does not exist".formatted(message.account())));
    }
    if (!account.get().isOpen(clock.instant(), lane)) {
      return Optional.of(new Disposition.Park(message));
    }
    return batchObstacle(message);
  }

  private Optional<Disposition> batchObstacle(PushMessage message)
      throws UnrecordableException, InterruptedException {
    if (holds.isCancelled(message.id().batchId())) {
      return Optional.of(
          settlement.endUnsent(message, OutcomeClass.CANCELLED, Settlement.CANCELLED_ADVICE));
    }
    if (isExpired(message, clock.instant())) {
      return Optional.of(settlement.endUnsent(message, OutcomeClass.EXPIRED, EXPIRED_ADVICE));
    }
    if (holds.isPaused(message.id().batchId())) {
      return Optional.of(new Disposition.Park(message));
    }
    return Optional.empty();
  }

  private Disposition send(PushMessage message, SenderAccount account, PlaceInFlight place)
      throws UnrecordableException, InterruptedException {
    Instant began = clock.instant();
    AccessToken token;
    try {
      token = tokens.fetchToken(account);
    } catch (TokenUnavailableException e) {
      return parkWithoutToken(message, e);
    } catch (TokenRefusedException e) {
      stops.noToken(account, e.evidence(), began);
      return new Disposition.Park(message);
    }
    Sent sent = startAndCall(message, token);
    if (!(sent instanceof Sent.Called called)
        || !(called.outcome() instanceof TokenRefused refused)) {
      giveBackUnlessAccountsTrouble(place, sent);
      return settlement.settle(message, account, token, sent);
    }
    settlement.noteRefusal(message, called, refused.errcode(), refused.errmsg());
    return resend(message.afterAttempt(false), account, token, refused, place);
  }

  /** The one immediate resend after a refused token; it costs no try. */
  private Disposition resend(
      PushMessage message,
      SenderAccount account,
      AccessToken failed,
      TokenRefused refused,
      PlaceInFlight place)
      throws UnrecordableException, InterruptedException {
    Instant began = clock.instant();
    AccessToken token;
    try {
      token = tokens.refreshToken(account, failed);
    } catch (TokenUnavailableException e) {
      return parkWithoutToken(message, e);
    } catch (TokenRefusedException e) {
      stops.noToken(account, e.evidence(), began);
      return new Disposition.Park(message);
    }
    if (token.equals(failed)) {
      stops.tokenNotRefreshed(account, refused.errcode(), began);
      return new Disposition.Requeue(1, message);
    }
    Optional<Disposition> obstacle = batchObstacle(message);
    if (obstacle.isPresent()) {
      return obstacle.get();
    }
    Sent sent = startAndCall(message, token);
    if (sent instanceof Sent.Called called && called.outcome() instanceof TokenRefused again) {
      settlement.noteRefusal(message, called, again.errcode(), again.errmsg());
      stops.tokenNotRefreshed(account, again.errcode(), began);
      return new Disposition.Requeue(1, message.afterAttempt(false));
    }
    giveBackUnlessAccountsTrouble(place, sent);
    return settlement.settle(message, account, token, sent);
  }

  /**
   * What says something about the account or about WeChat keeps its place until that is settled: no
   * other is to follow before the account's gate has closed.
   */
  private static void giveBackUnlessAccountsTrouble(PlaceInFlight place, Sent sent) {
    if (sent instanceof Sent.Called called
        && (called.outcome() instanceof Outcome.Accepted
            || called.outcome() instanceof Outcome.Refused)) {
      place.giveBack();
    }
  }

  /**
   * The start row's commit, then the call; nothing may come between but the call's own preparation.
   */
  private Sent startAndCall(PushMessage message, AccessToken token)
      throws UnrecordableException, InterruptedException {
    Start start = starts.start(message.id());
    if (!(start instanceof Start.Started started)) {
      return new Sent.NotCalled(start);
    }
    if (isTooLateToCall(message, started)) {
      return new Sent.Withheld(started.startId(), clock.instant());
    }
    Instant began = clock.instant();
    Outcome outcome;
    int tookMillis;
    try {
      WeChatReply reply = wechat.sendTemplate(token, message);
      outcome = classifier.classify(reply, started.mayHaveBeenAccepted());
      tookMillis = reply.tookMillis();
    } catch (IOException e) {
      outcome = classifier.classify(e);
      tookMillis = (int) Duration.between(began, clock.instant()).toMillis();
    }
    if (log.isDebugEnabled()) {
      log.debug(
          "attempt made message_id={} account={} attempt={} outcome={} took_ms={}",
          message.id(),
          message.account(),
          message.attempts() + 1,
          outcome.getClass().getSimpleName(),
          tookMillis);
    }
    return new Sent.Called(started.startId(), began, tookMillis, outcome);
  }

  // A process that was frozen since then would call when another has long sent the message, maybe
  // after WeChat stopped dropping repeats; and while the database was away much may have changed.
  private boolean isTooLateToCall(PushMessage message, Start.Started started) {
    Instant now = clock.instant();
    return now.isAfter(started.decidedAt().plus(callWithin))
        || holds.isCancelled(message.id().batchId())
        || holds.isPaused(message.id().batchId())
        || isExpired(message, now);
  }

  private static boolean isExpired(PushMessage message, Instant now) {
    return message.expireAt() != null && !now.isBefore(message.expireAt());
  }

  private static Disposition parkWithoutToken(PushMessage message, TokenUnavailableException e) {
    log.debug("no token, parked message_id={} account={}", message.id(), message.account(), e);
    return new Disposition.Park(message);
  }
}
