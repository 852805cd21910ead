package io.hongyan.gateway.batch;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.stereotype.Component;

/**
 * The database connections of the intake, apart from the gateway's others: uploads may hold one for
 * as long as their clients take. Not a {@code DataSource} bean on purpose, so that nothing else
 * draws on them. Thread-safe.
 */
@Component
class IntakeConnections implements DisposableBean {

  private static final Logger log = LoggerFactory.getLogger(IntakeConnections.class);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final int IDLE = 2;

  /**
   * PostgreSQL finds out within about 60 s that a gateway's host has gone without a word, and gives
   * up the transaction, whose lock keeps its idempotency key at 409. By default it takes the
   * server's kernel 2 h. Not {@code idle_in_transaction_session_timeout}, for an upload whose
   * client is slow is idle and well.
   */
  private static final String KEEPALIVES =
      "set tcp_keepalives_idle = 30; set tcp_keepalives_interval = 10; "
          + "set tcp_keepalives_count = 3";

  private final HikariDataSource pool;
  private final Semaphore connections;
  private final Semaphore largeIntakes;
  private final Duration wait;

  IntakeConnections(
      JdbcConnectionDetails database, IntakeProperties properties, MeterRegistry meters) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("intake");
    config.setJdbcUrl(database.getJdbcUrl());
    config.setUsername(database.getUsername());
    config.setPassword(database.getPassword());
    config.setMaximumPoolSize(properties.connections());
    config.setMinimumIdle(IDLE);
    config.setAutoCommit(false);
    config.setConnectionInitSql(KEEPALIVES);
    config.setIsolateInternalQueries(true); // commits it: the first rollback would undo it
    config.setConnectionTimeout(CONNECT_TIMEOUT.toMillis());
    config.setInitializationFailTimeout(-1); // the gateway's own pool says at start what is missing
    config.addDataSourceProperty("ApplicationName", "hongyan-intake");
    config.addDataSourceProperty("tcpKeepAlive", "true");
    // The detail of a failed statement shows the row, openid included; it must not reach the log.
    config.addDataSourceProperty("logServerErrorDetail", "false");
    config.addDataSourceProperty(
        "socketTimeout", Long.toString(properties.databaseTimeout().toSeconds()));
    config.setMetricRegistry(meters);
    this.pool = new HikariDataSource(config);
    this.connections = new Semaphore(properties.connections(), true);
    this.largeIntakes = new Semaphore(properties.maxConcurrent(), true);
    this.wait = properties.slotWait();
  }

  /**
   * A connection without auto-commit, to be given to {@link #giveBack}. 503 if none is free in
   * time.
   */
  Connection take() throws SQLException {
    acquire(connections);
    boolean taken = false;
    try {
      Connection connection = pool.getConnection();
      taken = true;
      return connection;
    } finally {
      if (!taken) {
        connections.release();
      }
    }
  }

  /** Rolls back what was not committed and takes the connection back; a broken one is dropped. */
  void giveBack(Connection connection) {
    try (connection) {
      // Always, because the pool does not know of what went by COPY and would not roll that back.
      connection.rollback();
    } catch (SQLException e) {
      log.warn("intake connection broken, its transaction is lost cause={}", e.getMessage());
    } finally {
      connections.release();
    }
  }

  /**
   * Drops a connection that broke in a copy, which the pool cannot see, and the idle ones with it:
   * what broke one has most likely broken them too.
   */
  void drop(Connection connection) {
    pool.evictConnection(connection);
    pool.getHikariPoolMXBean().softEvictConnections();
    connections.release();
  }

  /** Waits for a place among the large intakes; 503 if none is free in time. */
  void enterLarge() {
    acquire(largeIntakes);
  }

  /** Gives the place back. */
  void leaveLarge() {
    largeIntakes.release();
  }

  private void acquire(Semaphore places) {
    try {
      if (!places.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        throw IntakeProblems.busy();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw IntakeProblems.busy();
    }
  }

  @Override
  public void destroy() {
    pool.close();
  }
}
