package io.hongyan.gateway.batch;

import io.hongyan.common.message.BatchId;
import io.hongyan.gateway.web.DatabaseAway;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one transaction of an intake. It takes its connection on first use and ends rolled back
 * unless {@link #commit} was called. Not thread-safe.
 */
final class IntakeTransaction implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(IntakeTransaction.class);

  private final IntakeConnections connections;
  private @Nullable Connection connection;
  private @Nullable CopyIn copy;
  private @Nullable Table copying;
  private boolean large;
  private boolean broken;

  IntakeTransaction(IntakeConnections connections) {
    this.connections = connections;
  }

  /** Where rows may be copied to. */
  enum Table {
    RECIPIENT("copy recipient (batch_id, seq, openid, ref, url, data, uid) from stdin"),
    REJECTION("copy rejection (batch_id, line, openid, reason, detail) from stdin");

    private final String copy;

    Table(String copy) {
      this.copy = copy;
    }
  }

  /** Claims a place among the large intakes, which bound the gateway's memory; 503 if busy. */
  void becomeLarge() {
    if (!large) {
      connections.enterLarge();
      large = true;
    }
  }

  /** Sends the rows and empties the buffer; the copy stays open for more of the same table. */
  void copy(Table table, CopyRows rows) throws SQLException {
    if (rows.length() == 0) {
      return;
    }
    if (copying != table) {
      endCopy();
    }
    Connection open = connection();
    broken = true; // until proved otherwise
    CopyIn into = copy;
    if (into == null) {
      into = open.unwrap(PGConnection.class).getCopyAPI().copyIn(table.copy);
      copy = into;
      copying = table;
    }
    into.writeToCopy(rows.bytes(), 0, rows.length());
    broken = false;
    rows.clear();
  }

  /** The connection, for other statements of the transaction; ends a copy in progress. */
  Connection statements() throws SQLException {
    endCopy();
    return connection();
  }

  /**
   * Commits. If the connection breaks meanwhile, the database is asked what became of the
   * transaction; 503 if it was lost, or if nobody can tell.
   */
  void commit(BatchId batch, CommitDoubt doubt) throws SQLException {
    Connection open = statements();
    String transaction = transactionId(open);
    try {
      open.commit();
    } catch (SQLException e) {
      if (!DatabaseAway.isCauseOf(e)) {
        throw e;
      }
      giveBack();
      doubt.resolve(batch, transaction, e);
    }
  }

  /** Rolls back what was not committed and gives the connection back. */
  @Override
  public void close() {
    giveBack();
    if (large) {
      connections.leaveLarge();
      large = false;
    }
  }

  private void giveBack() {
    Connection open = connection;
    if (open == null) {
      return;
    }
    boolean usable = !broken && cancelCopy();
    connection = null;
    copy = null;
    copying = null;
    if (usable) {
      connections.giveBack(open);
    } else {
      connections.drop(open);
    }
  }

  /** False if the connection may still be in the middle of a copy. */
  private boolean cancelCopy() {
    CopyIn unfinished = copy;
    try {
      if (unfinished != null && unfinished.isActive()) {
        unfinished.cancelCopy();
      }
      return true;
    } catch (SQLException e) {
      log.warn("copy not cancelled, connection dropped cause={}", e.getMessage());
      return false;
    }
  }

  private Connection connection() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = connections.take();
      connection = open;
    }
    return open;
  }

  private void endCopy() throws SQLException {
    CopyIn open = copy;
    if (open != null) {
      copy = null;
      copying = null;
      broken = true;
      open.endCopy();
      broken = false;
    }
  }

  private static String transactionId(Connection connection) throws SQLException {
    try (PreparedStatement query =
            connection.prepareStatement("select pg_current_xact_id()::text");
        ResultSet row = query.executeQuery()) {
      row.next();
      return row.getString(1);
    }
  }
}
