package io.hongyan.bench.peer;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** The floor's own tables: the product's columns and keys, without partitions. */
final class FloorTables {

  static final String SUCCESS = "floor_success";

  private FloorTables() {}

  /** Makes the tables anew. */
  static void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("drop table if exists floor_started, floor_progress");
      statement.execute(
          """
          create table floor_started (
            batch_id bigint not null,
            seq integer not null,
            open integer not null,
            since timestamptz not null,
            worker text not null,
            last_start bigint not null default 0,
            constraint floor_started_pk primary key (batch_id, seq),
            constraint floor_started_open_not_negative check (open >= 0)
          )
          """);
      statement.execute(
          """
          create table floor_progress (
            batch_id bigint constraint floor_progress_pk primary key,
            succeeded integer not null default 0
          )
          """);
      SuccessTable.create(statement, SUCCESS);
    }
  }

  /** Makes the row that counts a batch's outcomes; before any of them. */
  static void open(Connection connection, Batch batch) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("insert into floor_progress (batch_id) values (?)")) {
      insert.setLong(1, batch.id());
      insert.executeUpdate();
    }
  }
}
