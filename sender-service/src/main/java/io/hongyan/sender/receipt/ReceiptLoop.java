package io.hongyan.sender.receipt;

import io.hongyan.sender.loop.RepeatingLoop;
import io.hongyan.sender.receipt.ReceiptTransaction.Looked;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Looks again for the messages of receipts that were not found when they came: a receipt may beat
 * the commit of its message's outcome, and one without WeChat's id is matched by its person once
 * everything sent to the person is recorded. Several senders share the work.
 */
@Component
class ReceiptLoop extends RepeatingLoop {

  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final int PORTION = 500;

  /** Older ones are open only if no sender ran for days: looked for now and then. */
  private static final Duration RECENT = Duration.ofDays(2);

  private static final Duration WHOLE_LOOK = Duration.ofMinutes(10);

  private final ReceiptTransaction receipts;
  private final TransactionTemplate transaction;
  private final ReceiptMeter meter;
  private final Clock clock;
  private Instant nextWholeLook = Instant.MIN;

  ReceiptLoop(
      ReceiptTransaction receipts,
      TransactionTemplate transaction,
      ReceiptMeter meter,
      Clock clock) {
    super("receipts", PAUSE);
    this.receipts = receipts;
    this.transaction = transaction;
    this.meter = meter;
    this.clock = clock;
  }

  @Override
  protected void round() {
    Instant now = clock.instant();
    boolean whole = !now.isBefore(nextWholeLook);
    while (!isStopping()) {
      if (lookOnce(whole ? Instant.EPOCH : now.minus(RECENT)) < PORTION) {
        break;
      }
    }
    if (whole) {
      nextWholeLook = now.plus(WHOLE_LOOK);
    }
  }

  /** Looks at one portion; returns how many there were. */
  int lookOnce(Instant since) {
    Looked looked = transaction.execute(status -> receipts.lookAgain(since, PORTION));
    meter.count(looked.decided());
    return looked.receipts();
  }

  @Override
  protected void awaitWork(Duration atMost) {
    // Each round ends before the next begins.
  }
}
