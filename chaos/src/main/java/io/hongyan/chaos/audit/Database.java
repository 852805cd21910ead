package io.hongyan.chaos.audit;

import io.hongyan.chaos.stack.Addresses;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

/** Connections to the stack's PostgreSQL, none of which hangs when it stands still. */
final class Database {

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

  private final Addresses addresses;

  Database(Addresses addresses) {
    this.addresses = addresses;
  }

  /**
   * A new connection, which the caller closes.
   *
   * @param answerLimit longest wait for any answer of the server
   */
  Connection connect(Duration answerLimit) throws SQLException {
    Properties settings = new Properties();
    settings.setProperty("user", addresses.databaseUser());
    settings.setProperty("password", addresses.databasePassword());
    settings.setProperty("connectTimeout", Long.toString(CONNECT_LIMIT.toSeconds()));
    settings.setProperty("socketTimeout", Long.toString(answerLimit.toSeconds()));
    return DriverManager.getConnection(addresses.databaseUrl(), settings);
  }
}
