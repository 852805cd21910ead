package io.hongyan.chaos.audit;

import io.hongyan.chaos.load.AcceptedBatch;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Enters the rows of all batches since a moment into their ledgers, as a stream. */
final class TableReader {

  private static final int FETCH = 5_000;

  private static final String RECIPIENTS =
      "select batch_id, seq, ref from recipient where batch_id >= ?";

  private static final String OUTCOMES =
      """
      select batch_id, seq, ref, null as class from send_success where batch_id >= ?
      union all
      select batch_id, seq, ref, class from send_failed where batch_id >= ?
      """;

  private static final String BATCHES =
      """
      select b.id, b.state, b.total, b.released_to, p.succeeded, p.failed
      from batch b left join batch_progress p on p.batch_id = b.id
      where b.id >= ?
      """;

  private final Connection connection;
  private final Baseline baseline;
  private final Map<Long, BatchLedger> ledgers;
  private final Set<Long> unanswered;
  private final Findings findings;
  private final long first;

  /**
   * @param connection without auto-commit, so that rows are fetched in pieces
   */
  TableReader(
      Connection connection,
      Baseline baseline,
      Map<Long, BatchLedger> ledgers,
      List<String> unansweredKeys,
      Findings findings)
      throws SQLException {
    this.connection = connection;
    this.baseline = baseline;
    this.ledgers = ledgers;
    this.findings = findings;
    this.unanswered = batchesOf(unansweredKeys);
    this.first =
        Math.min(
            baseline.batchId() + 1,
            ledgers.keySet().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE));
  }

  /** Nobody was told about these, so there may be one for each key. */
  private Set<Long> batchesOf(List<String> keys) throws SQLException {
    Set<Long> batches = new HashSet<>();
    try (PreparedStatement query =
        connection.prepareStatement("select batch_id from idempotency where key = any(?)")) {
      Array array = connection.createArrayOf("text", keys.toArray());
      query.setArray(1, array);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          batches.add(rows.getLong(1));
        }
      }
    }
    return batches;
  }

  /** The ledger of a batch; null, and a finding, if nobody was promised such a batch. */
  @Nullable BatchLedger find(long batch, String what) {
    BatchLedger ledger = ledgers.get(batch);
    if (ledger == null && batch > baseline.batchId() && !unanswered.contains(batch)) {
      findings.add(Finding.STRANGER, what + " " + MessageIds.batch(batch));
    }
    return ledger;
  }

  /** Whether a batch was there when the round began: none of its messages was left to send. */
  boolean isOfAnEarlierRound(long batch) {
    return batch <= baseline.batchId()
        && !ledgers.containsKey(batch)
        && !unanswered.contains(batch);
  }

  void readMessages() throws SQLException {
    read(
        RECIPIENTS,
        1,
        rows -> {
          BatchLedger ledger = find(rows.getLong(1), "recipient of batch");
          if (ledger != null) {
            ledger.enterRecipient(rows.getInt(2), text(rows, 3));
          }
        });
    read(
        OUTCOMES,
        2,
        rows -> {
          BatchLedger ledger = find(rows.getLong(1), "outcome of batch");
          if (ledger != null) {
            ledger.enterOutcome(rows.getInt(2), text(rows, 3), rows.getString(4));
          }
        });
  }

  /** To be called when all outcomes are in the ledgers. */
  void checkCounters() throws SQLException {
    Set<Long> seen = new HashSet<>();
    read(
        BATCHES,
        1,
        rows -> {
          seen.add(rows.getLong(1));
          BatchLedger ledger = find(rows.getLong(1), "batch");
          if (ledger != null) {
            new CounterCheck(ledger, findings)
                .checkTable(
                    rows.getString(2),
                    rows.getInt(3),
                    rows.getInt(4),
                    rows.getInt(5),
                    rows.getInt(6));
          }
        });
    for (Map.Entry<Long, BatchLedger> ledger : ledgers.entrySet()) {
      if (!seen.contains(ledger.getKey())) {
        AcceptedBatch missing = ledger.getValue().batch();
        findings.add(Finding.MISCOUNTED, missing.batchId() + " is not in the table batch");
      }
    }
  }

  long countDeadLetters() throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("select count(*) from dead_letter where id > ?")) {
      query.setLong(1, baseline.deadLetterId());
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private void read(String sql, int parameters, RowReader reader) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setFetchSize(FETCH);
      for (int i = 1; i <= parameters; i++) {
        query.setLong(i, first);
      }
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          reader.read(rows);
        }
      }
    }
  }

  private static String text(ResultSet rows, int column) throws SQLException {
    String text = rows.getString(column);
    return text == null ? "" : text;
  }

  /** Takes one row. */
  private interface RowReader {
    void read(ResultSet row) throws SQLException;
  }
}
