package io.hongyan.demo;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * PostgreSQL as the demo uses it: a database of its own to work in, and the outcome tables to
 * count.
 *
 * @param url JDBC address
 */
record Database(String url, String user, String password) {

  /** Creates an empty database beside this one and returns it. */
  Database create(String name) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + name);
    } catch (SQLException e) {
      throw new DemoFailure(
          "PostgreSQL did not create the demo's database (%s); its user needs the right: alter role %s createdb"
              .formatted(firstLine(e), user),
          e);
    }
    return sibling(name);
  }

  /** Deletes a database beside this one, with whoever is still connected to it. */
  void drop(String name) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("drop database if exists " + name + " with (force)");
    } catch (SQLException e) {
      throw new DemoFailure(
          "PostgreSQL did not delete the demo's database %s (%s); delete it by hand"
              .formatted(name, firstLine(e)),
          e);
    }
  }

  /** Rows of a batch in send_success or send_failed. */
  long countRows(String table, long batchId) {
    String sql = "select count(*) from " + table + " where batch_id = ?";
    try (Connection connection = connect();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, batchId);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    } catch (SQLException e) {
      throw new DemoFailure("cannot count %s (%s)".formatted(table, firstLine(e)), e);
    }
  }

  /** The same server, another database. */
  private Database sibling(String name) {
    int query = url.indexOf('?');
    String path = query < 0 ? url : url.substring(0, query);
    String rest = query < 0 ? "" : url.substring(query);
    return new Database(path.substring(0, path.lastIndexOf('/') + 1) + name + rest, user, password);
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(url, user, password);
  }

  private static String firstLine(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
  }

  /** Without the password. */
  @Override
  public String toString() {
    return url;
  }
}
