package io.hongyan.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hongyan.common.message.BatchId;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.web.ProblemException;
import io.hongyan.test.TestServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class CommitDoubtIT {

  private static final RunningGateway GATEWAY =
      RunningGateway.start(Map.of("hongyan.intake.commit-doubt", "300ms"));

  private final CommitDoubt doubt = GATEWAY.bean(CommitDoubt.class);
  private final BatchId batch = BatchId.create();
  private final SQLException broken = new SQLException("connection broke", "08006");

  @AfterAll
  static void stop() {
    GATEWAY.close();
  }

  @Test
  void findsThatTheTransactionWasCommitted() throws SQLException {
    try (Connection connection = TestServers.get().connect()) {
      String transaction = begin(connection);
      connection.commit();

      assertThatCode(() -> doubt.resolve(batch, transaction, broken)).doesNotThrowAnyException();
    }
  }

  @Test
  void findsThatTheTransactionWasLost() throws SQLException {
    try (Connection connection = TestServers.get().connect()) {
      String transaction = begin(connection);
      connection.rollback();

      assertThatThrownBy(() -> doubt.resolve(batch, transaction, broken))
          .isInstanceOfSatisfying(
              ProblemException.class,
              e -> {
                assertThat(e.status().value()).isEqualTo(503);
                assertThat(e.name()).isEqualTo("not-accepted");
              })
          .hasCause(broken);
    }
  }

  @Test
  void saysSoIfItStaysUnknown() throws SQLException {
    try (Connection connection = TestServers.get().connect()) {
      String transaction = begin(connection);

      assertThatThrownBy(() -> doubt.resolve(batch, transaction, broken))
          .isInstanceOfSatisfying(
              ProblemException.class, e -> assertThat(e.name()).isEqualTo("acceptance-unknown"))
          .hasMessageContaining(batch.toString());
      connection.rollback();
    }
  }

  private static String begin(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select pg_current_xact_id()::text")) {
      row.next();
      return row.getString(1);
    }
  }
}
