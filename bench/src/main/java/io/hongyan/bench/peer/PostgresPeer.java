package io.hongyan.bench.peer;

import io.hongyan.bench.peer.Message.Key;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * The rows alone, one connection, two figures: the recipients of a batch by COPY in one
 * transaction, and its successes by insert in transactions of {@value #GROUP}.
 */
final class PostgresPeer implements Peer {

  private static final String RECIPIENT = "peer_recipient";
  private static final String SUCCESS = "peer_success";
  private static final int GROUP = 200;
  private static final int BUFFER = 64 * 1024;

  private final Connection connection;
  private final SuccessTable successes;
  private final byte[] data;

  private PostgresPeer(Connection connection, Payload payload) throws SQLException {
    this.connection = connection;
    this.successes = new SuccessTable(connection, SUCCESS);
    this.data = payload.data();
  }

  /** Makes the tables anew. */
  static PostgresPeer open(PeerSettings settings) throws SQLException {
    Payload payload = new Payload(settings.weChatTemplateId());
    Connection connection = settings.database().connect();
    try (Statement statement = connection.createStatement()) {
      statement.execute("drop table if exists " + RECIPIENT);
      statement.execute(
          """
          create table peer_recipient (
            batch_id bigint not null,
            seq integer not null,
            openid text not null,
            ref text,
            url text,
            data jsonb not null,
            constraint peer_recipient_pk primary key (batch_id, seq)
          )
          """);
      statement.execute("create index peer_recipient_openid on peer_recipient (openid)");
      SuccessTable.create(statement, SUCCESS);
    }
    connection.setAutoCommit(false);
    return new PostgresPeer(connection, payload);
  }

  @Override
  public Took run(Batch batch) throws PeerFailedException {
    try {
      long begun = System.nanoTime();
      copyRecipients(batch);
      double copy = Took.secondsSince(begun);
      begun = System.nanoTime();
      insertSuccesses(batch);
      return Took.ofParts(Map.of("copy", copy, "insert", Took.secondsSince(begun)));
    } catch (SQLException e) {
      throw new PeerFailedException(1, e);
    }
  }

  private void copyRecipients(Batch batch) throws SQLException {
    CopyIn copy =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn("copy peer_recipient (batch_id, seq, openid, ref, url, data) from stdin");
    ByteArrayOutputStream rows = new ByteArrayOutputStream(BUFFER + BUFFER / 8);
    for (int seq = 1; seq <= batch.messages(); seq++) {
      add(rows, batch.message(seq));
      if (rows.size() >= BUFFER || seq == batch.messages()) {
        copy.writeToCopy(rows.toByteArray(), 0, rows.size());
        rows.reset();
      }
    }
    require(batch.messages(), copy.endCopy());
    connection.commit();
  }

  // Nothing in the payload needs COPY's escapes.
  private void add(ByteArrayOutputStream rows, Message message) {
    String row =
        message.batchId()
            + "\t"
            + message.seq()
            + "\t"
            + Payload.openid(message)
            + "\t\\N\t"
            + Payload.link(message)
            + "\t";
    try {
      rows.write(row.getBytes(StandardCharsets.UTF_8));
      rows.write(data);
      rows.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
  }

  private void insertSuccesses(Batch batch) throws SQLException {
    List<Success> group = new ArrayList<>(GROUP);
    for (int seq = 1; seq <= batch.messages(); seq++) {
      Message message = batch.message(seq);
      group.add(
          new Success(
              new Key(batch.id(), seq),
              Payload.openid(message),
              batch.id() + seq,
              System.currentTimeMillis(),
              1));
      if (group.size() == GROUP || seq == batch.messages()) {
        require(group.size(), successes.insert(group).size());
        connection.commit();
        group.clear();
      }
    }
  }

  private static void require(long expected, long rows) throws SQLException {
    if (rows != expected) {
      throw new SQLException("PostgreSQL took %d rows of %d".formatted(rows, expected));
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      System.err.println("bench: a connection did not close: " + e);
    }
  }
}
