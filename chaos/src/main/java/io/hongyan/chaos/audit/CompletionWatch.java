package io.hongyan.chaos.audit;

import io.hongyan.chaos.load.AcceptanceRecord;
import io.hongyan.stack.http.Deadline;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Waits until batches are over, through times in which the database is away. */
final class CompletionWatch {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

  private static final String FINISHED =
      """
      select count(*) from batch b left join batch_progress p on p.batch_id = b.id
      where b.id = any(?)
        and (b.state = 'done' or b.state = 'cancelled' and p.succeeded + p.failed = b.total)
      """;

  private final Database database;
  private final AcceptanceRecord record;

  CompletionWatch(Database database, AcceptanceRecord record) {
    this.database = database;
    this.record = record;
  }

  Completion await(Duration limit) {
    Deadline deadline = Deadline.in(limit);
    @Nullable Connection connection = null;
    try {
      while (true) {
        int unfinished = record.batches().size();
        @Nullable String trouble = null;
        try {
          connection = connection == null ? database.connect(ANSWER_LIMIT) : connection;
          unfinished = countUnfinished(connection);
        } catch (SQLException e) {
          // The database is away, which is part of some rounds: asked again, on a new connection.
          trouble = e.toString();
          close(connection);
          connection = null;
        }
        boolean done = unfinished == 0 && trouble == null;
        if (done || deadline.isOver()) {
          return new Completion(done, deadline.waited(), unfinished, trouble);
        }
        deadline.pause(POLL);
      }
    } finally {
      close(connection);
    }
  }

  private int countUnfinished(Connection connection) throws SQLException {
    Long[] ids =
        record.batches().stream()
            .map(batch -> MessageIds.batchRow(batch.batchId()))
            .toArray(Long[]::new);
    try (PreparedStatement query = connection.prepareStatement(FINISHED)) {
      Array array = connection.createArrayOf("bigint", ids);
      query.setArray(1, array);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return ids.length - row.getInt(1);
      }
    }
  }

  private static void close(@Nullable Connection connection) {
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException e) {
        // It was broken already, which is why it is closed.
      }
    }
  }
}
