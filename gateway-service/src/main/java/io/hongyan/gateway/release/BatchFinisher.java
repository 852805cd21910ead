package io.hongyan.gateway.release;

import io.hongyan.common.message.BatchId;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Ends released batches as soon as every message has its outcome, after counting the outcome rows
 * once more. Safe on several gateways at once.
 */
@Component
class BatchFinisher implements WorkStep {

  private static final Logger log = LoggerFactory.getLogger(BatchFinisher.class);

  // A recount holds the progress rows of its batches, so a group must not take long.
  private static final int BATCHES_PER_TRANSACTION = 500;

  private final FinishMapper mapper;
  private final TransactionTemplate transaction;
  private final ReleaseProperties properties;

  BatchFinisher(
      FinishMapper mapper, TransactionTemplate transaction, ReleaseProperties properties) {
    this.mapper = mapper;
    this.transaction = transaction;
    this.properties = properties;
  }

  @Override
  public Duration run(BooleanSupplier stopping) {
    int finished;
    do {
      finished = finishGroup();
    } while (finished == BATCHES_PER_TRANSACTION && !stopping.getAsBoolean());
    return properties.finishPoll();
  }

  private int finishGroup() {
    Long[] ids = mapper.countedOut(BATCHES_PER_TRANSACTION).toArray(Long[]::new);
    if (ids.length == 0) {
      return 0;
    }
    List<FinishedBatch> finished = transaction.execute(status -> finishLocked(ids));
    for (FinishedBatch batch : finished) {
      log.info(
          "batch done batch_id={} account={} total={} succeeded={} failed={} took_ms={}",
          new BatchId(batch.id()),
          batch.accountId(),
          batch.total(),
          batch.succeeded(),
          batch.failed(),
          batch.tookMillis());
    }
    return finished.size();
  }

  private List<FinishedBatch> finishLocked(Long[] ids) {
    Long[] locked = mapper.lockProgress(ids).toArray(Long[]::new);
    for (long id : mapper.recount(locked)) {
      log.warn("counters differed from the outcomes, set right batch_id={}", new BatchId(id));
    }
    return mapper.markDone(locked);
  }
}
