package io.hongyan.bench.peer;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** Where PostgreSQL is. */
record DatabaseAddress(String url, String user, String password) {

  /** A new connection in autocommit; the caller closes it. */
  Connection connect() throws SQLException {
    return DriverManager.getConnection(url, user, password);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return url;
  }
}
