package io.hongyan.sender.receipt;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import io.hongyan.sender.record.Keys;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What receipts have said of some messages, and say now, inside one transaction that holds the
 * messages' batches: whoever writes a message's receipt has its batch's counters locked, so what is
 * read here stays true until the commit, and each message is counted once.
 */
final class ReceiptLedger {

  private final ReceiptMapper mapper;
  private final Map<MessageId, MessageReceipt> before = new HashMap<>();
  private final SortedMap<MessageId, MessageReceipt> changed = new TreeMap<>();

  private ReceiptLedger(ReceiptMapper mapper) {
    this.mapper = mapper;
  }

  /** Locks the messages' batches, in id order, and reads. */
  static ReceiptLedger open(ReceiptMapper mapper, Collection<MessageId> messages) {
    ReceiptLedger ledger = new ReceiptLedger(mapper);
    if (messages.isEmpty()) {
      return ledger;
    }
    mapper.lockProgress(
        messages.stream().mapToLong(message -> message.batchId().value()).distinct().toArray());
    Keys keys = Keys.of(new TreeSet<>(messages));
    for (ReceiptMapper.ReceiptRow row : mapper.findReceipts(keys.batchIds(), keys.seqs())) {
      ledger.before.put(row.message(), row.receipt());
    }
    return ledger;
  }

  /** What is known of the message now; null = no receipt. */
  @Nullable MessageReceipt find(MessageId message) {
    MessageReceipt now = changed.get(message);
    return now == null ? before.get(message) : now;
  }

  /** Takes it if it says more than what is known; returns whether it did. */
  boolean put(MessageId message, MessageReceipt receipt) {
    MessageReceipt known = find(message);
    if (known != null && receipt.state().compareTo(known.state()) <= 0) {
      return false;
    }
    changed.put(message, receipt);
    return true;
  }

  /** Writes what changed, and counts it. */
  void write() {
    if (changed.isEmpty()) {
      return;
    }
    Keys keys = Keys.of(changed.keySet());
    List<MessageReceipt> receipts = List.copyOf(changed.values());
    mapper.putReceipts(
        keys.batchIds(),
        keys.seqs(),
        receipts.stream().map(receipt -> receipt.state().text()).toArray(String[]::new),
        receipts.stream().map(MessageReceipt::status).toArray(String[]::new),
        receipts.stream()
            .map(receipt -> ReceiptColumns.text(receipt.finishedAt()))
            .toArray(String[]::new),
        receipts.stream().map(receipt -> receipt.matchedBy().text()).toArray(String[]::new));
    count();
  }

  private void count() {
    SortedMap<Counter, Integer> deltas = new TreeMap<>();
    changed.forEach(
        (message, receipt) -> {
          deltas.merge(new Counter(message.batchId(), receipt.state()), 1, Integer::sum);
          MessageReceipt old = before.get(message);
          if (old != null) {
            deltas.merge(new Counter(message.batchId(), old.state()), -1, Integer::sum);
          }
        });
    List<Counter> counters = new ArrayList<>(deltas.keySet());
    mapper.addProgress(
        counters.stream().mapToLong(counter -> counter.batch().value()).toArray(),
        counters.stream().map(counter -> counter.state().text()).toArray(String[]::new),
        deltas.values().stream().mapToInt(Integer::intValue).toArray());
  }

  private record Counter(BatchId batch, ReceiptState state) implements Comparable<Counter> {

    private static final Comparator<Counter> ORDER =
        Comparator.comparing(Counter::batch).thenComparing(Counter::state);

    @Override
    public int compareTo(Counter other) {
      return ORDER.compare(this, other);
    }
  }
}
