package io.hongyan.bench.peer;

import io.hongyan.bench.peer.Message.Key;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes groups of outcomes: locks the batches' progress, inserts what is absent, counts what was
 * inserted. Answers for each whether it was the one that counts. Used by one thread.
 */
final class OutcomeRows implements GroupCommit.Writer<Success, Boolean> {

  private final Connection connection;
  private final PreparedStatement lockProgress;
  private final PreparedStatement addProgress;
  private final SuccessTable successes;

  /** Takes over the connection's transactions. */
  OutcomeRows(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    this.connection = connection;
    this.lockProgress =
        connection.prepareStatement(
            "select batch_id from floor_progress where batch_id = any (?) order by batch_id for update");
    this.addProgress =
        connection.prepareStatement(
            "update floor_progress set succeeded = succeeded + ? where batch_id = ?");
    this.successes = new SuccessTable(connection, FloorTables.SUCCESS);
  }

  @Override
  public List<Boolean> write(List<Success> group) throws SQLException {
    lock(group.stream().mapToLong(row -> row.key().batchId()).distinct().toArray());
    Set<Key> inserted = successes.insert(group);
    Map<Long, Integer> counts = new TreeMap<>();
    inserted.forEach(key -> counts.merge(key.batchId(), 1, Integer::sum));
    for (Map.Entry<Long, Integer> count : counts.entrySet()) {
      addProgress.setInt(1, count.getValue());
      addProgress.setLong(2, count.getKey());
      addProgress.executeUpdate();
    }
    connection.commit();
    // Of two copies in one group the first is the one that counts.
    return group.stream().map(row -> inserted.remove(row.key())).toList();
  }

  private void lock(long[] batchIds) throws SQLException {
    lockProgress.setObject(1, batchIds);
    try (ResultSet rows = lockProgress.executeQuery()) {
      while (rows.next()) {
        // Reading it is locking it.
      }
    }
  }
}
