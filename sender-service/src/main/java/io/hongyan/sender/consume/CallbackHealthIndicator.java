package io.hongyan.sender.consume;

import io.hongyan.sender.inbound.InboundRecorder;
import io.hongyan.sender.receipt.ReceiptRecorder;
import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Says in {@code /actuator/health} when receipts, or what followers say, cannot be stored: they
 * wait in their queues then. With PostgreSQL away {@code db} says so too; alone it means that a
 * statement fails, and a person must look at the log.
 */
@Component
class CallbackHealthIndicator implements HealthIndicator {

  // A restart of PostgreSQL is shorter.
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final ReceiptRecorder receipts;
  private final InboundRecorder inbound;

  CallbackHealthIndicator(ReceiptRecorder receipts, InboundRecorder inbound) {
    this.receipts = receipts;
    this.inbound = inbound;
  }

  @Override
  public Health health() {
    Duration receiptsStuck = receipts.stuckFor();
    Duration inboundStuck = inbound.stuckFor();
    boolean stuck = receiptsStuck.compareTo(PATIENCE) > 0 || inboundStuck.compareTo(PATIENCE) > 0;
    return (stuck ? Health.down() : Health.up())
        .withDetail("receiptsStuckSeconds", receiptsStuck.toSeconds())
        .withDetail("inboundStuckSeconds", inboundStuck.toSeconds())
        .build();
  }
}
