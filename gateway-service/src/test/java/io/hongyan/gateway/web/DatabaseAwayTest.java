package io.hongyan.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.TransactionSystemException;

class DatabaseAwayTest {

  @Test
  void seesItInAnyCause() {
    assertThat(away(new SQLTransientConnectionException("no connection in time"))).isTrue();
    assertThat(away(new DataAccessResourceFailureException("x"))).isTrue();
    assertThat(away(new SQLException("server closed", "08006"))).isTrue();
    assertThat(away(new SQLException("shutting down", "57P01"))).isTrue();
  }

  @Test
  void aRollbackThatFailedTooSaysWhatItWasFor() {
    TransactionSystemException rollback =
        new TransactionSystemException("rollback failed", new SQLException("Connection is closed"));
    assertThat(away(rollback)).isFalse();

    rollback.initApplicationException(new DataAccessResourceFailureException("x"));

    assertThat(away(rollback)).isTrue();
  }

  @Test
  void aWrongStatementIsNotTheDatabaseAway() {
    assertThat(away(new SQLException("syntax", "42601"))).isFalse();
    assertThat(away(new SQLException("no state"))).isFalse();
    assertThat(away(new DataIntegrityViolationException("x"))).isFalse();
  }

  private static boolean away(Exception cause) {
    return DatabaseAway.isCauseOf(new IllegalStateException("wrapped", cause));
  }
}
