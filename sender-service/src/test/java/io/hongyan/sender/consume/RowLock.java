package io.hongyan.sender.consume;

import static org.awaitility.Awaitility.await;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import io.hongyan.test.TestServers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Holds one row until it is closed, so that a test decides when a sender's commit goes on: outcomes
 * wait for their batch's counters, starts for their start row.
 */
final class RowLock implements AutoCloseable {

  private final Connection connection;

  private RowLock(String rows, Object... keys) throws SQLException {
    connection = TestServers.get().connect();
    connection.setAutoCommit(false);
    await().until(() -> exists("select from " + rows + " for update", keys));
  }

  /** What is recorded about the batch's messages waits. */
  static RowLock onProgress(BatchId batch) throws SQLException {
    return new RowLock("batch_progress where batch_id = ?", batch.value());
  }

  /** Starts and failures of the message wait; first waits for the row itself. */
  static RowLock onStart(MessageId id) throws SQLException {
    return new RowLock(
        "send_started where batch_id = ? and seq = ?", id.batchId().value(), id.seq());
  }

  /** Waits until a commit has come so far that it waits for the row. */
  void awaitSomebodyWaiting() {
    await()
        .until(
            () ->
                exists(
                    """
                    select from pg_stat_activity where datname = current_database() and pg_backend_pid() = any (pg_blocking_pids(pid))"""));
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  private boolean exists(String query, Object... keys) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      for (int i = 0; i < keys.length; i++) {
        statement.setObject(i + 1, keys[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }
}
