package io.hongyan.sender.gate;

import io.hongyan.common.message.Lane;
import io.hongyan.sender.account.SenderAccount;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * How fast each account goes: its turnstile on this sender, and what its replies say about the
 * speed. Thread-safe.
 */
@Component
public class AccountRate {

  private final PermitBucket bucket;
  private final Clock clock;
  private final Map<String, Turnstile> turnstiles = new ConcurrentHashMap<>();
  private final Map<String, ReplyMeter> meters = new ConcurrentHashMap<>();

  AccountRate(PermitBucket bucket, Clock clock) {
    this.bucket = bucket;
    this.clock = clock;
  }

  /**
   * Waits until the account may make one more call, urgent messages first.
   *
   * @return false if the patience ran out; else {@link #leave} must follow the call
   */
  public boolean tryEnter(SenderAccount account, Lane lane, Duration patience)
      throws InterruptedException {
    return turnstile(account.id()).tryEnter(account, lane, patience);
  }

  /** Gives the place in flight back. */
  public void leave(String account) {
    turnstile(account).leave();
  }

  /**
   * Notes a reply; {@code busy} is errcode -1. Returns whether those come in a burst, which means
   * too fast.
   */
  public boolean countReply(SenderAccount account, boolean busy) {
    ReplyMeter meter = meter(account);
    meter.count(busy);
    return busy && meter.isBusyBurst();
  }

  /**
   * Calls a second at which the account goes now: its limit, or without one what this sender saw.
   */
  public int currentRate(SenderAccount account) {
    return account.effectiveRate(clock.instant()).orElseGet(() -> meter(account).perSecond());
  }

  /** Whether this sender had a reply to a send of the account after that moment. */
  public boolean hasSentSince(String account, Instant moment) {
    ReplyMeter meter = meters.get(account);
    return meter != null && meter.last().isAfter(moment);
  }

  private Turnstile turnstile(String account) {
    return turnstiles.computeIfAbsent(account, id -> new Turnstile(bucket, clock));
  }

  private ReplyMeter meter(SenderAccount account) {
    return meters.computeIfAbsent(account.id(), id -> new ReplyMeter(clock));
  }
}
