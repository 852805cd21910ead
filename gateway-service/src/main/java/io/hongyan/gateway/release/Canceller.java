package io.hongyan.gateway.release;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.OutcomeClass;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Records every recipient of a cancelled batch that WeChat cannot have, released or not. One whose
 * start row is open may have been accepted; its sender ends it. Run by one {@link Worker}.
 */
@Component
class Canceller implements WorkStep {

  private static final Logger log = LoggerFactory.getLogger(Canceller.class);
  private static final String ADVICE =
      "The batch was cancelled before this message was sent. Submit it again if it is still wanted.";

  private final String owner;
  private final CancelMapper mapper;
  private final UnsentMessages unsent;
  private final TransactionTemplate transaction;
  private final ReleaseProperties properties;

  Canceller(
      LeaseOwner leaseOwner,
      CancelMapper mapper,
      UnsentMessages unsent,
      TransactionTemplate transaction,
      ReleaseProperties properties) {
    this.owner = leaseOwner.of("cancel");
    this.mapper = mapper;
    this.unsent = unsent;
    this.transaction = transaction;
    this.properties = properties;
  }

  @Override
  public Duration run(BooleanSupplier stopping) {
    while (!stopping.getAsBoolean()) {
      Optional<CancelledBatch> batch = mapper.claim(owner, leaseSeconds());
      if (batch.isEmpty()) {
        break;
      }
      recordBatch(batch.get(), stopping);
    }
    return properties.idlePoll();
  }

  private void recordBatch(CancelledBatch batch, BooleanSupplier stopping) {
    int recorded = 0;
    int cancelledTo = batch.cancelledTo();
    while (cancelledTo < batch.total()) {
      if (stopping.getAsBoolean()) {
        mapper.giveBack(owner, batch.id());
        return;
      }
      int first = cancelledTo + 1;
      int last = Math.min(batch.total(), cancelledTo + properties.cancelChunk());
      Optional<Integer> chunk =
          transaction.execute(
              status -> {
                Optional<Integer> count = recordChunk(batch, first, last);
                if (count.isEmpty()) {
                  status.setRollbackOnly();
                }
                return count;
              });
      if (chunk.isEmpty()) {
        log.warn(
            "cancelling goes on elsewhere, the lease ran out batch_id={}", new BatchId(batch.id()));
        return;
      }
      recorded += chunk.get();
      cancelledTo = last;
    }
    log.info(
        "batch cancelled batch_id={} account={} total={} recorded={}",
        new BatchId(batch.id()),
        batch.accountId(),
        batch.total(),
        recorded);
  }

  /** Empty if the lease is lost; the transaction must not be committed then. */
  private Optional<Integer> recordChunk(CancelledBatch batch, int first, int last) {
    int[] seqs = IntStream.rangeClosed(first, last).toArray();
    // No copy of a message beyond releasing_to exists, so no sender can start it.
    int[] startable = IntStream.of(seqs).filter(seq -> seq <= batch.releasingTo()).toArray();
    unsent.lock(batch.id(), startable, owner);
    int recorded = unsent.end(batch.id(), seqs, OutcomeClass.CANCELLED, ADVICE, owner);
    return mapper.advance(owner, batch.id(), last, leaseSeconds()) == 1
        ? Optional.of(recorded)
        : Optional.empty();
  }

  private double leaseSeconds() {
    return properties.lease().toMillis() / 1000.0;
  }
}
