package io.hongyan.gateway.batch;

import io.hongyan.common.message.BatchId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Finds recipients who are known as followers of another account, and takes them out of a batch
 * that is being written: whoever mixes up two accounts' lists would write to the wrong company's
 * people, or to nobody. A million of them need little memory.
 */
final class ForeignOpenids {

  static final int PAGE = 10_000;

  private final Connection connection;
  private final BatchId batch;

  ForeignOpenids(Connection connection, BatchId batch) {
    this.connection = connection;
    this.batch = batch;
  }

  /** A recipient whose openid belongs to another account. */
  record Foreign(int seq, String openid) {}

  /** The next of the batch's written recipients, by seq; at most {@link #PAGE}. */
  List<Foreign> find(String account, int afterSeq) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            """
            select r.seq, r.openid
            from recipient r
            where r.batch_id = ? and r.seq > ?
              and exists (select from follower f where f.openid = r.openid and f.account_id <> ? offset 0)
              and not exists (select from follower f where f.openid = r.openid and f.account_id = ? offset 0)
            order by r.seq
            limit ?
            """)) {
      query.setLong(1, batch.value());
      query.setInt(2, afterSeq);
      query.setString(3, account);
      query.setString(4, account);
      query.setInt(5, PAGE);
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
   * @param seqs of the foreign ones
   * @param total recipients of the batch, these included
   */
  void remove(BitSet seqs, int total) throws SQLException {
    List<Integer> page = new ArrayList<>(PAGE);
    for (int seq = seqs.nextSetBit(0); seq >= 0; seq = seqs.nextSetBit(seq + 1)) {
      page.add(seq);
      if (page.size() == PAGE) {
        delete(page);
      }
    }
    delete(page);
    List<Integer> movers = new ArrayList<>(PAGE);
    int left = total - seqs.cardinality();
    int mover = seqs.nextClearBit(left + 1);
    for (int hole = seqs.nextSetBit(0);
        hole >= 0 && hole <= left;
        hole = seqs.nextSetBit(hole + 1)) {
      page.add(hole);
      movers.add(mover);
      mover = seqs.nextClearBit(mover + 1);
      if (page.size() == PAGE) {
        move(movers, page);
      }
    }
    move(movers, page);
  }

  private void delete(List<Integer> seqs) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("delete from recipient where batch_id = ? and seq = any (?)")) {
      delete.setLong(1, batch.value());
      delete.setArray(2, connection.createArrayOf("integer", seqs.toArray()));
      delete.executeUpdate();
      seqs.clear();
    }
  }

  private void move(List<Integer> movers, List<Integer> holes) throws SQLException {
    try (PreparedStatement move =
        connection.prepareStatement(
            """
            update recipient r
            set seq = x.hole
            from unnest(?::int[], ?::int[]) as x (mover, hole)
            where r.batch_id = ? and r.seq = x.mover
            """)) {
      move.setArray(1, connection.createArrayOf("integer", movers.toArray()));
      move.setArray(2, connection.createArrayOf("integer", holes.toArray()));
      move.setLong(3, batch.value());
      move.executeUpdate();
      movers.clear();
      holes.clear();
    }
  }
}
