package io.hongyan.gateway.batch;

import io.hongyan.common.message.BatchId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Finds out whether a commit happened whose connection broke, by asking PostgreSQL for the status
 * of the transaction. Thread-safe.
 */
@Component
class CommitDoubt {

  private static final Logger log = LoggerFactory.getLogger(CommitDoubt.class);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final IntakeConnections connections;
  private final Duration patience;

  CommitDoubt(IntakeConnections connections, IntakeProperties properties) {
    this.connections = connections;
    this.patience = properties.commitDoubt();
  }

  /** Returns if the transaction was committed; else 503, saying whether that is certain. */
  void resolve(BatchId batch, String transaction, SQLException cause) {
    log.warn(
        "commit in doubt, asking the database batch_id={} cause={}", batch, cause.getMessage());
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      String status = status(batch, transaction);
      if ("committed".equals(status)) {
        log.info("commit in doubt was committed batch_id={}", batch);
        return;
      }
      if ("aborted".equals(status)) {
        throw IntakeProblems.notCommitted(cause);
      }
      if (System.nanoTime() > deadline || !pause()) {
        throw IntakeProblems.commitUnknown(batch.toString(), cause);
      }
    }
  }

  private @Nullable String status(BatchId batch, String transaction) {
    try {
      Connection connection = connections.take();
      try (PreparedStatement query =
          connection.prepareStatement("select pg_xact_status(?::xid8)")) {
        query.setString(1, transaction);
        try (ResultSet row = query.executeQuery()) {
          return row.next() ? row.getString(1) : null;
        }
      } finally {
        connections.giveBack(connection);
      }
    } catch (SQLException e) {
      log.warn("commit still in doubt batch_id={} cause={}", batch, e.getMessage());
      return null;
    }
  }

  private static boolean pause() {
    try {
      Thread.sleep(PAUSE);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
