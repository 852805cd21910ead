package io.hongyan.chaos.load;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The suite's own memory of what was answered 202, and of what was never answered: what the audit
 * holds the stack to. Thread-safe.
 */
public final class AcceptanceRecord {

  private final Queue<AcceptedBatch> batches = new ConcurrentLinkedQueue<>();
  private final Queue<String> unansweredKeys = new ConcurrentLinkedQueue<>();

  /** Written by {@link Submitter}, once for each 202 that it is the first to see. */
  public void add(AcceptedBatch batch) {
    batches.add(batch);
  }

  /** A key whose batch may have been accepted or not: nobody was told. */
  public void addUnanswered(String idempotencyKey) {
    unansweredKeys.add(idempotencyKey);
  }

  public List<AcceptedBatch> batches() {
    return List.copyOf(batches);
  }

  public List<String> unansweredKeys() {
    return List.copyOf(unansweredKeys);
  }

  /** Recipients that were accepted, all batches together. */
  public long messages() {
    return batches.stream().mapToLong(batch -> batch.recipients().count()).sum();
  }
}
