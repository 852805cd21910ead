package io.hongyan.bench.peer;

import io.hongyan.bench.peer.Message.Key;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Writes groups of start rows and decides by what they said before. A row that was not there is all
 * the permission a message needs; only copies cost a second look. Used by one thread.
 */
final class StartRows implements GroupCommit.Writer<Key, Start> {

  private static final Duration DOUBT_WINDOW = Duration.ofMinutes(8);

  private static final String START =
      """
      insert into floor_started as s (batch_id, seq, open, since, worker, last_start)
      select t.batch_id, t.seq, 1, now(), 'floor', t.start_id
      from unnest(?, ?, ?) as t (batch_id, seq, start_id)
      on conflict (batch_id, seq) do update
      set open = s.open + 1,
          since = case when s.open = 0 then excluded.since else s.since end,
          worker = excluded.worker,
          last_start = excluded.last_start
      returning s.batch_id, s.seq, s.xmax = 0 as is_new, s.open > 1 and s.since < now() - make_interval(secs => ?) as in_doubt
      """;

  private static final String FIND_RECORDED =
      """
      select 1 from floor_success where batch_id = ? and seq = ?
      """;

  private static final String UNDO =
      """
      update floor_started set open = open - 1 where batch_id = ? and seq = ?
      """;

  private final Connection connection;
  private final PreparedStatement start;
  private final PreparedStatement findRecorded;
  private final PreparedStatement undo;

  /** Takes over the connection's transactions. */
  StartRows(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    this.connection = connection;
    this.start = connection.prepareStatement(START);
    this.findRecorded = connection.prepareStatement(FIND_RECORDED);
    this.undo = connection.prepareStatement(UNDO);
  }

  @Override
  public List<Start> write(List<Key> group) throws SQLException {
    Map<Key, Deque<Start>> decisions = HashMap.newHashMap(group.size());
    for (List<Key> turn : Turns.of(group)) {
      for (Row row : start(turn)) {
        decisions.computeIfAbsent(row.key(), key -> new ArrayDeque<>(1)).add(decide(row));
      }
    }
    connection.commit();
    return group.stream().map(key -> next(decisions, key)).toList();
  }

  private static Start next(Map<Key, Deque<Start>> decisions, Key key) {
    Deque<Start> left = decisions.get(key);
    if (left == null || left.isEmpty()) {
      throw new IllegalStateException("PostgreSQL did not answer for every message of the group");
    }
    return left.remove();
  }

  private List<Row> start(List<Key> keys) throws SQLException {
    start.setObject(1, keys.stream().mapToLong(Key::batchId).toArray());
    start.setObject(2, keys.stream().mapToInt(Key::seq).toArray());
    start.setObject(3, ThreadLocalRandom.current().longs(keys.size()).toArray());
    start.setDouble(4, DOUBT_WINDOW.toSeconds());
    List<Row> rows = new ArrayList<>(keys.size());
    try (ResultSet result = start.executeQuery()) {
      while (result.next()) {
        Key key = new Key(result.getLong(1), result.getInt(2));
        rows.add(new Row(key, result.getBoolean(3), result.getBoolean(4)));
      }
    }
    return rows;
  }

  private Start decide(Row row) throws SQLException {
    if (row.isNew()) {
      return Start.GO;
    }
    if (isRecorded(row.key())) {
      undo(row.key());
      return Start.RECORDED;
    }
    if (row.inDoubt()) {
      undo(row.key());
      return Start.IN_DOUBT;
    }
    return Start.GO;
  }

  // A statement of its own sees what was committed while the first waited for the row's lock.
  private boolean isRecorded(Key key) throws SQLException {
    bind(findRecorded, key);
    try (ResultSet result = findRecorded.executeQuery()) {
      return result.next();
    }
  }

  private void undo(Key key) throws SQLException {
    bind(undo, key);
    undo.executeUpdate();
  }

  private static void bind(PreparedStatement statement, Key key) throws SQLException {
    statement.setLong(1, key.batchId());
    statement.setInt(2, key.seq());
  }

  private record Row(Key key, boolean isNew, boolean inDoubt) {}
}
