package io.hongyan.sender.record;

import io.hongyan.common.message.BatchId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one transaction adds to the batches' counters: {@code succeeded} or a failure class, up or
 * down.
 */
final class Counters {

  private final Map<Counter, Integer> deltas = new TreeMap<>();

  void succeeded(BatchId batch, int delta) {
    deltas.merge(new Counter(batch, "succeeded"), delta, Integer::sum);
  }

  void failed(BatchId batch, String outcomeClass, int delta) {
    deltas.merge(new Counter(batch, outcomeClass), delta, Integer::sum);
  }

  void write(OutcomeMapper mapper) {
    if (deltas.isEmpty()) {
      return;
    }
    List<Counter> counters = new ArrayList<>(deltas.keySet());
    mapper.addProgress(
        counters.stream().mapToLong(counter -> counter.batch().value()).toArray(),
        counters.stream().map(Counter::name).toArray(String[]::new),
        deltas.values().stream().mapToInt(Integer::intValue).toArray());
  }

  private record Counter(BatchId batch, String name) implements Comparable<Counter> {
    @Override
    public int compareTo(Counter other) {
      int byBatch = batch.compareTo(other.batch);
      return byBatch != 0 ? byBatch : name.compareTo(other.name);
    }
  }
}
