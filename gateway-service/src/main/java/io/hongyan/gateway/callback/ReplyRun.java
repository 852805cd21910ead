package io.hongyan.gateway.callback;

import io.hongyan.gateway.callback.ReplyStore.Lease;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A message whose answer this gateway makes or waits for; all requests for it that come here share
 * it. Thread-safe.
 */
final class ReplyRun {

  private final WeChatMessage message;
  private final Instant receivedAt;
  private final boolean onlyIfKnown;
  private final Lease lease;
  private volatile int triesAtStart = 1;
  private final AtomicInteger tries = new AtomicInteger(1);
  private final CompletableFuture<Optional<KeptReply>> result = new CompletableFuture<>();

  /**
   * @param onlyIfKnown whether the handler may run only if a gateway has seen the message before
   */
  ReplyRun(String key, WeChatMessage message, Instant receivedAt, boolean onlyIfKnown) {
    this.message = message;
    this.receivedAt = receivedAt;
    this.onlyIfKnown = onlyIfKnown;
    this.lease = new Lease(key, UUID.randomUUID().toString());
  }

  WeChatMessage message() {
    return message;
  }

  Instant receivedAt() {
    return receivedAt;
  }

  boolean onlyIfKnown() {
    return onlyIfKnown;
  }

  Lease lease() {
    return lease;
  }

  /** Completes with what WeChat is answered; empty = the message is not known. */
  CompletableFuture<Optional<KeptReply>> result() {
    return result;
  }

  /** One more request of WeChat's came here; returns the how-manieth this gateway knows of. */
  int countTry() {
    return tries.incrementAndGet();
  }

  /**
   * Redis, which counts the requests of all gateways, says that the first one here was this many.
   */
  void startedAt(int counted) {
    triesAtStart = Math.max(triesAtStart, counted);
    tries.accumulateAndGet(counted, Math::max);
  }

  /** The how-manieth request of WeChat's the first one here was, as far as known. */
  int triesAtStart() {
    return triesAtStart;
  }
}
