package io.hongyan.sender.inbound;

import io.hongyan.common.callback.InboundRecord;
import io.hongyan.sender.record.DayPartitions;
import io.hongyan.sender.record.GroupCommit;
import io.hongyan.sender.record.Recorder;
import io.hongyan.sender.record.UnrecordableException;
import java.time.Duration;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Logs followers' messages and events in groups; those of {@code subscribe} and {@code unsubscribe}
 * also say who follows, so that a batch released later skips who does not. Thread-safe.
 */
@Component
public class InboundRecorder implements Recorder, DisposableBean {

  private final GroupCommit<InboundRecord, Boolean> group;

  InboundRecorder(
      InboundTransaction inbound,
      DayPartitions days,
      TransactionTemplate transaction,
      InboundProperties properties) {
    this.group =
        new GroupCommit<>(
            "inbound",
            properties.linger(),
            properties.maxGroup(),
            items -> {
              days.ensure(items.stream().map(InboundRecord::receivedAt).toList());
              transaction.executeWithoutResult(status -> inbound.store(items));
              return items.stream().map(item -> Boolean.TRUE).toList();
            });
  }

  /**
   * Waits until the record is committed; while PostgreSQL is away that is until it is back. A copy
   * changes nothing.
   *
   * @throws UnrecordableException if the database refuses this record for good
   * @throws InterruptedException if this sender stops first; it may or may not be committed
   */
  public void record(InboundRecord inbound) throws UnrecordableException, InterruptedException {
    group.submit(inbound);
  }

  @Override
  public String records() {
    return "inbound";
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
