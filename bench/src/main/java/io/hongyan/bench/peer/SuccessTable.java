package io.hongyan.bench.peer;

import io.hongyan.bench.peer.Message.Key;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A table with the columns and the key of the product's {@code send_success}, and its insert of a
 * group. Used by one thread.
 */
final class SuccessTable {

  private final PreparedStatement insert;

  /** Of a table that {@link #create} made, in the connection's transactions. */
  SuccessTable(Connection connection, String name) throws SQLException {
    this.insert =
        connection.prepareStatement(
            """
            insert into %s (batch_id, seq, account_id, template_id, openid, ref, attempts, wechat_msgid, sent_at, took_ms, worker)
            select t.batch_id, t.seq, '%s', '%s', t.openid, null, 1, t.msgid, to_timestamp(t.at / 1000.0), t.took_ms, 'floor'
            from unnest(?, ?, ?, ?, ?, ?) as t (batch_id, seq, openid, msgid, at, took_ms)
            on conflict (batch_id, seq) do nothing
            returning batch_id, seq
            """
                .formatted(name, Payload.ACCOUNT, Payload.TEMPLATE));
  }

  /** Makes the table anew. */
  static void create(Statement statement, String name) throws SQLException {
    statement.execute("drop table if exists " + name);
    statement.execute(
        """
        create table %1$s (
          batch_id bigint not null,
          seq integer not null,
          account_id text not null,
          template_id text not null,
          openid text not null,
          ref text,
          attempts integer not null,
          wechat_msgid bigint,
          sent_at timestamptz not null,
          took_ms integer not null,
          worker text not null,
          constraint %1$s_pk primary key (batch_id, seq)
        )
        """
            .formatted(name));
  }

  /** Inserts what is absent; returns the keys of that. */
  Set<Key> insert(List<Success> rows) throws SQLException {
    insert.setObject(1, rows.stream().mapToLong(row -> row.key().batchId()).toArray());
    insert.setObject(2, rows.stream().mapToInt(row -> row.key().seq()).toArray());
    insert.setObject(3, rows.stream().map(Success::openid).toArray(String[]::new));
    insert.setObject(4, rows.stream().mapToLong(Success::msgid).toArray());
    insert.setObject(5, rows.stream().mapToLong(Success::sentAtMillis).toArray());
    insert.setObject(6, rows.stream().mapToInt(Success::tookMillis).toArray());
    Set<Key> inserted = HashSet.newHashSet(rows.size());
    try (ResultSet result = insert.executeQuery()) {
      while (result.next()) {
        inserted.add(new Key(result.getLong(1), result.getInt(2)));
      }
    }
    return inserted;
  }
}
