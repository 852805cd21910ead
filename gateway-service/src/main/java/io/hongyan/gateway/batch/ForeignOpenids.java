package io.hongyan.gateway.batch;

import io.hongyan.common.message.BatchId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Finds recipients who are known as followers of another account: whoever mixes up two accounts'
 * lists would write to the wrong company's people, or to nobody.
 */
final class ForeignOpenids {

  private ForeignOpenids() {}

  /** A recipient whose openid belongs to another account. */
  record Foreign(int seq, String openid) {}

  /** Those of the batch's written recipients, by seq. */
  static List<Foreign> find(Connection connection, BatchId batch, String account)
      throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            """
            select r.seq, r.openid
            from recipient r
            where r.batch_id = ?
              and exists (select from follower f where f.openid = r.openid and f.account_id <> ?)
              and not exists (select from follower f where f.openid = r.openid and f.account_id = ?)
            order by r.seq
            """)) {
      query.setLong(1, batch.value());
      query.setString(2, account);
      query.setString(3, account);
      List<Foreign> found = new ArrayList<>();
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          found.add(new Foreign(row.getInt(1), row.getString(2)));
        }
      }
      return found;
    }
  }

  /**
   * Deletes them, and gives their seqs to the batch's last recipients.
   *
   * @param total recipients of the batch, these included
   */
  static void remove(Connection connection, BatchId batch, int total, List<Foreign> foreign)
      throws SQLException {
    Integer[] seqs = foreign.stream().map(Foreign::seq).toArray(Integer[]::new);
    try (PreparedStatement delete =
        connection.prepareStatement("delete from recipient where batch_id = ? and seq = any (?)")) {
      delete.setLong(1, batch.value());
      delete.setArray(2, connection.createArrayOf("integer", seqs));
      delete.executeUpdate();
    }
    int left = total - seqs.length;
    Set<Integer> removed = new HashSet<>(List.of(seqs));
    Integer[] holes = removed.stream().filter(seq -> seq <= left).toArray(Integer[]::new);
    Integer[] movers =
        IntStream.rangeClosed(left + 1, total)
            .filter(seq -> !removed.contains(seq))
            .boxed()
            .toArray(Integer[]::new);
    try (PreparedStatement move =
        connection.prepareStatement(
            """
            update recipient r
            set seq = x.hole
            from unnest(?::int[], ?::int[]) as x (mover, hole)
            where r.batch_id = ? and r.seq = x.mover
            """)) {
      move.setArray(1, connection.createArrayOf("integer", movers));
      move.setArray(2, connection.createArrayOf("integer", holes));
      move.setLong(3, batch.value());
      move.executeUpdate();
    }
  }
}
