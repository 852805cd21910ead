package io.hongyan.sender.record;

import java.time.Duration;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Commits outcomes and attempts in groups. One outcome a message: a success replaces a failure,
 * nothing else replaces anything but {@code uncertain}, which takes the place of {@code cancelled}
 * and {@code expired}. Counters change in the same transaction, only by rows really changed.
 * Recording the same entry again changes nothing, so callers and copies may repeat. Thread-safe.
 */
@Component
public class OutcomeRecorder implements Recorder, DisposableBean {

  private final GroupCommit<Entry, Boolean> group;

  OutcomeRecorder(
      OutcomeTransaction outcomes, TransactionTemplate transaction, RecordProperties properties) {
    this.group =
        new GroupCommit<>(
            "outcomes",
            properties.linger(),
            properties.maxGroup(),
            entries -> {
              transaction.executeWithoutResult(status -> outcomes.record(entries));
              return entries.stream().map(entry -> Boolean.TRUE).toList();
            });
  }

  /**
   * Waits until the entry is committed; while PostgreSQL is away that is until it is back.
   *
   * @throws UnrecordableException if the database refuses this message for good
   * @throws InterruptedException if this sender stops first; the entry may or may not be committed
   */
  public void record(Entry entry) throws UnrecordableException, InterruptedException {
    group.submit(entry);
  }

  @Override
  public String records() {
    return "outcomes";
  }

  @Override
  public Duration stuckFor() {
    return group.stuckFor();
  }

  @Override
  public void destroy() throws InterruptedException {
    group.close();
  }
}
