package io.hongyan.sender.gate;

import io.hongyan.common.message.BatchId;
import io.hongyan.sender.gate.GateMapper.HeldBatch;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * Which batches must not be sent just now, in memory; replaced as a whole by {@link #reload()}.
 * Thread-safe.
 */
@Component
public class BatchHolds {

  private final GateMapper mapper;
  private volatile Map<Long, String> held = Map.of();

  BatchHolds(GateMapper mapper) {
    this.mapper = mapper;
  }

  /** Whether a person or the system paused the batch; its messages wait. */
  public boolean isPaused(BatchId batch) {
    return "paused".equals(held.get(batch.value()));
  }

  /** Whether the batch was cancelled; its messages end. */
  public boolean isCancelled(BatchId batch) {
    return "cancelled".equals(held.get(batch.value()));
  }

  /** Reads them again; if PostgreSQL is away the exception leaves the last reading in place. */
  public void reload() {
    held =
        mapper.findHeldBatches().stream()
            .collect(Collectors.toUnmodifiableMap(HeldBatch::id, HeldBatch::state, (a, b) -> a));
  }
}
