package io.hongyan.gateway.batch;

import io.hongyan.test.TestServers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks into the tests' database, by plain JDBC. */
final class Database {

  private Database() {}

  /** The first column of the first row, as text. */
  static @Nullable String value(String sql, Object... parameters) {
    List<String> row = row(sql, parameters);
    return row.isEmpty() ? null : row.getFirst();
  }

  /** The first row, as text; empty if there is none. */
  static List<String> row(String sql, Object... parameters) {
    List<List<String>> rows = rows(sql, parameters);
    return rows.isEmpty() ? List.of() : rows.getFirst();
  }

  /** All rows, as text; SQL's null is {@code <null>}. */
  static List<List<String>> rows(String sql, Object... parameters) {
    try (Connection connection = TestServers.get().connect();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      List<List<String>> rows = new ArrayList<>();
      if (!statement.execute()) {
        return rows;
      }
      try (ResultSet result = statement.getResultSet()) {
        int columns = result.getMetaData().getColumnCount();
        while (result.next()) {
          List<String> row = new ArrayList<>();
          for (int column = 1; column <= columns; column++) {
            String text = result.getString(column);
            row.add(text == null ? "<null>" : text);
          }
          rows.add(row);
        }
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException("query failed: " + sql, e);
    }
  }

  /** Batches of an account. */
  static int batches(String account) {
    return Integer.parseInt(
        row("select count(*) from batch where account_id = ?", account).getFirst());
  }

  /** Rows of recipients and rejections that belong to no batch. */
  static String orphans() {
    return String.join(
        ",",
        row(
            """
            select (select count(*) from recipient where batch_id not in (select id from batch)),
                   (select count(*) from rejection where batch_id not in (select id from batch))
            """));
  }
}
