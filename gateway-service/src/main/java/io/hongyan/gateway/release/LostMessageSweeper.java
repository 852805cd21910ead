package io.hongyan.gateway.release;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.Lane;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Releases messages again that the broker must have lost: their account may send, nothing waits in
 * its queues before them, and nothing was heard of them for {@code hongyan.lost-after}. A copy too
 * many is harmless, the sender's start row decides. Run by one {@link Worker}.
 */
@Component
class LostMessageSweeper implements WorkStep {

  private static final Logger log = LoggerFactory.getLogger(LostMessageSweeper.class);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final String owner;
  private final SweepMapper mapper;
  private final MessagePublisher publisher;
  private final ReleasedMessages messages = new ReleasedMessages();
  private final ReleaseProperties properties;
  private final Duration lostAfter;

  LostMessageSweeper(
      LeaseOwner leaseOwner,
      SweepMapper mapper,
      MessagePublishers publishers,
      ReleaseProperties properties,
      GraceProperties grace) {
    this.owner = leaseOwner.of("sweep");
    this.mapper = mapper;
    this.publisher = publishers.create("gateway-release-sweep");
    this.properties = properties;
    this.lostAfter = grace.lostAfter();
  }

  @Override
  public Duration run(BooleanSupplier stopping) throws PublishFailedException {
    Map<LaneOf, Boolean> drained = new HashMap<>();
    for (SilentBatch batch : mapper.silentBatches(seconds(lostAfter))) {
      if (isDrained(batch, drained) && !stopping.getAsBoolean()) {
        sweep(batch, stopping);
      }
    }
    Duration tenth = lostAfter.dividedBy(10);
    return tenth.compareTo(LONGEST_PAUSE) < 0 ? tenth : LONGEST_PAUSE;
  }

  @Override
  public void close() {
    publisher.close();
  }

  private void sweep(SilentBatch silent, BooleanSupplier stopping) throws PublishFailedException {
    var claimed = mapper.claim(owner, silent.id(), seconds(lostAfter), seconds(properties.lease()));
    if (claimed.isEmpty()) {
      return;
    }
    ReservedRange batch = claimed.get();
    int released = 0;
    try {
      for (int first = 1; first <= batch.lastSeq(); first += properties.sweepChunk()) {
        int last = Math.min(batch.lastSeq(), first + properties.sweepChunk() - 1);
        List<RecipientRow> lost = mapper.lost(batch.id(), first, last, seconds(lostAfter));
        for (int from = 0; from < lost.size(); from += properties.chunk()) {
          int to = Math.min(lost.size(), from + properties.chunk());
          publisher.publish(
              batch.accountId(),
              Lane.ofPriority(silent.priority()),
              messages.of(List.of(batch), lost.subList(from, to)));
          released += to - from;
          if (stopping.getAsBoolean() || !keepsLease(silent)) {
            return;
          }
        }
        if (stopping.getAsBoolean() || !keepsLease(silent)) {
          return;
        }
      }
      mapper.markSwept(owner, batch.id());
    } catch (UnreadableRecipientException e) {
      log.error("lost messages cannot be released batch_id={}", e.batchId(), e);
      mapper.markSwept(owner, batch.id());
    } finally {
      mapper.giveBack(owner, batch.id());
      if (released > 0) {
        log.warn(
            "lost messages released again batch_id={} account={} messages={}",
            new BatchId(batch.id()),
            batch.accountId(),
            released);
      }
    }
  }

  private boolean keepsLease(SilentBatch batch) {
    return mapper.keepLease(owner, batch.id(), batch.state(), seconds(properties.lease())) == 1;
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  /** Urgent messages wait for nobody, normal ones for the urgent ones too. */
  private boolean isDrained(SilentBatch batch, Map<LaneOf, Boolean> known)
      throws PublishFailedException {
    for (Lane lane : Lane.values()) {
      if (lane == Lane.URGENT || Lane.ofPriority(batch.priority()) == Lane.NORMAL) {
        LaneOf queue = new LaneOf(batch.accountId(), lane);
        if (!known.containsKey(queue)) {
          known.put(queue, publisher.isDrained(queue.account(), lane));
        }
        if (!known.get(queue)) {
          return false;
        }
      }
    }
    return true;
  }

  private record LaneOf(String account, Lane lane) {}
}
