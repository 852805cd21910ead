package io.hongyan.gateway.people;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.PushMessage;
import io.hongyan.gateway.release.GraceProperties;
import io.hongyan.jobs.EveryTimes;
import io.hongyan.jobs.ScheduledJob;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Finishes erasures whose message was at WeChat when its person was erased: ends the message where
 * WeChat refused it, before a copy with the old content is sent, and overwrites what senders
 * recorded since: at once where this gateway was asked to erase, everywhere as a job. Safe on
 * several gateways at once; thread-safe.
 */
@Component
class ErasureSweep implements ScheduledJob {

  private static final Logger log = LoggerFactory.getLogger(ErasureSweep.class);
  // A sender waits for its rate, a token and WeChat for less than this.
  private static final Duration WATCH = Duration.ofMinutes(1);

  private final ErasureMapper mapper;
  private final TransactionOperations transactions;
  private final Clock clock;
  private final double doubtSeconds;
  private final EveryTimes sweeps;
  private final Map<Long, Instant> watchedUntil = new ConcurrentHashMap<>();

  ErasureSweep(
      ErasureMapper mapper,
      TransactionOperations transactions,
      GraceProperties grace,
      ErasureProperties properties,
      Clock clock) {
    this.mapper = mapper;
    this.transactions = transactions;
    this.clock = clock;
    this.doubtSeconds = grace.lostAfter().toMillis() / 1000.0;
    this.sweeps = new EveryTimes(properties.sweepInterval());
  }

  @Override
  public String name() {
    return "erasure-sweep";
  }

  @Override
  public Optional<Instant> lastDue(Instant now) {
    return Optional.of(sweeps.lastNotAfter(now));
  }

  @Override
  public String run(Instant due) {
    return "results overwritten: " + sweep();
  }

  /** Looks at these batches every second for a while: a refused message is sent again in 5 s. */
  void watch(List<Long> batches) {
    Instant until = clock.instant().plus(WATCH);
    batches.forEach(batch -> watchedUntil.put(batch, until));
  }

  /** Ends refused messages in the batches that are watched. */
  @Scheduled(fixedDelay = 1000)
  void look() {
    Instant now = clock.instant();
    watchedUntil.values().removeIf(until -> until.isBefore(now));
    List<Long> batches = List.copyOf(watchedUntil.keySet());
    if (batches.isEmpty()) {
      return;
    }
    try {
      endMessages(batches);
    } catch (RuntimeException e) {
      log.warn("messages of erased people not looked for, tried again cause={}", e.toString());
    }
  }

  /** Ends and overwrites everywhere what erased people have left; returns the results. */
  int sweep() {
    endMessages(null);
    return mapper.eraseLateSuccesses(PushMessage.ERASED_OPENID)
        + mapper.eraseLateFailures(PushMessage.ERASED_OPENID)
        + mapper.eraseLateAttempts(PushMessage.ERASED_OPENID);
  }

  private void endMessages(@Nullable List<Long> batches) {
    for (long batch : mapper.findUnended(PushMessage.ERASED_OPENID, doubtSeconds, batches)) {
      transactions.executeWithoutResult(transaction -> endMessagesOf(batch));
    }
  }

  private void endMessagesOf(long id) {
    List<Long> batch = List.of(id);
    mapper.lockProgress(batch);
    mapper.lockStarts(batch, PushMessage.ERASED_OPENID, PersonErasure.WORKER);
    int cancelled =
        mapper.cancelOpenMessages(
            batch, PushMessage.ERASED_OPENID, PushMessage.ERASED_OPENID, PersonErasure.WORKER);
    int uncertain =
        mapper.endDoubtfulMessages(
            id, PushMessage.ERASED_OPENID, doubtSeconds, PersonErasure.WORKER);
    log.info(
        "messages of erased people ended batch_id={} cancelled={} uncertain={}",
        new BatchId(id),
        cancelled,
        uncertain);
  }
}
