package io.hongyan.sender.receipt;

import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How receipts find their messages.
 *
 * @param linger how long the first receipt of a group waits for others; its commit locks the
 *     counters of batches that are being sent
 * @param maxGroup most receipts in one commit
 * @param delays before the first look for a message that was not found at once, then between one
 *     look and the next; after the last it is given up
 * @param settle how long after its arrival a receipt is matched by its person at the earliest, so
 *     that the outcomes of other messages to the person are committed
 * @param window how long before the receipt a message may have been sent to be matched by its
 *     person
 */
@Validated
@ConfigurationProperties("hongyan.receipt")
record ReceiptProperties(
    @DefaultValue("50ms") @DurationMin(millis = 0) Duration linger,
    @DefaultValue("500") int maxGroup,
    @DefaultValue({"2s", "10s", "1m", "5m", "15m"}) List<Duration> delays,
    @DefaultValue("2s") @DurationMin(millis = 0) Duration settle,
    @DefaultValue("10m") @DurationMin(seconds = 1) Duration window) {

  ReceiptProperties {
    delays = List.copyOf(delays);
    if (delays.isEmpty() || delays.stream().anyMatch(delay -> !delay.isPositive())) {
      throw new IllegalArgumentException(
          "hongyan.receipt.delays needs durations above zero, got " + delays);
    }
    if (maxGroup < 1) {
      throw new IllegalArgumentException("hongyan.receipt.max-group must be 1 or more");
    }
  }
}
