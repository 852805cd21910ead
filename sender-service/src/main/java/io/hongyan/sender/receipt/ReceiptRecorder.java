package io.hongyan.sender.receipt;

import io.hongyan.common.callback.DeliveryReceipt;
import io.hongyan.sender.record.DayPartitions;
import io.hongyan.sender.record.GroupCommit;
import io.hongyan.sender.record.Recorder;
import io.hongyan.sender.record.UnrecordableException;
import java.time.Duration;
import java.util.Map;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Stores receipts in groups, each with the message it is about where that can be told by WeChat's
 * id; {@link ReceiptLoop} sees to the others. A message is counted once as delivered, undelivered
 * or ambiguous, whatever comes twice. Thread-safe.
 */
@Component
public class ReceiptRecorder implements Recorder, DisposableBean {

  private final GroupCommit<DeliveryReceipt, Boolean> group;

  ReceiptRecorder(
      ReceiptTransaction receipts,
      DayPartitions days,
      TransactionTemplate transaction,
      ReceiptMeter meter,
      ReceiptProperties properties) {
    this.group =
        new GroupCommit<>(
            "receipts",
            properties.linger(),
            properties.maxGroup(),
            items -> {
              days.ensure(items.stream().map(DeliveryReceipt::receivedAt).toList());
              Map<Match, Integer> decided = transaction.execute(status -> receipts.store(items));
              meter.count(decided);
              return items.stream().map(item -> Boolean.TRUE).toList();
            });
  }

  /**
   * Waits until the receipt is committed; while PostgreSQL is away that is until it is back. A copy
   * changes nothing.
   *
   * @throws UnrecordableException if the database refuses this receipt for good
   * @throws InterruptedException if this sender stops first; it may or may not be committed
   */
  public void record(DeliveryReceipt receipt) throws UnrecordableException, InterruptedException {
    group.submit(receipt);
  }

  @Override
  public String records() {
    return "receipts";
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
