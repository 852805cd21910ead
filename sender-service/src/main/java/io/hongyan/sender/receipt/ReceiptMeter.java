package io.hongyan.sender.receipt;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Counts receipts by how their message was found: {@code hongyan.receipts}. Thread-safe. */
@Component
class ReceiptMeter {

  private final MeterRegistry meters;

  ReceiptMeter(MeterRegistry meters) {
    this.meters = meters;
    // All of them from the start: a counter that appears with its first count hides that count.
    for (Match match : Match.values()) {
      count(Map.of(match, 0));
    }
  }

  /** Adds what one transaction decided; call it after the commit. */
  void count(Map<Match, Integer> decided) {
    decided.forEach(
        (match, receipts) ->
            meters.counter("hongyan.receipts", "match", match.text()).increment(receipts));
  }
}
