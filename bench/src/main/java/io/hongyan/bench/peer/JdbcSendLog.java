package io.hongyan.bench.peer;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** One row a send in autocommit, from a HikariCP pool that never shrinks. */
final class JdbcSendLog implements SendLog {

  private static final String INSERT =
      """
      insert into peer_send_log (openid, template_id, msgid, errcode, errmsg, content, sent_at)
      values (?, ?, ?, ?, ?, ?, now())
      """;

  private final HikariDataSource pool;

  private JdbcSendLog(HikariDataSource pool) {
    this.pool = pool;
  }

  /** Opens the pool and makes the table anew. */
  static JdbcSendLog open(DatabaseAddress database, int connections) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("drop table if exists peer_send_log");
      statement.execute(
          """
          create table peer_send_log (
            id bigserial constraint peer_send_log_pk primary key,
            openid text not null,
            template_id text not null,
            msgid text,
            errcode integer not null,
            errmsg text,
            content text not null,
            sent_at timestamptz not null
          )
          """);
    }
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(database.url());
    config.setUsername(database.user());
    config.setPassword(database.password());
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(connections);
    config.setAutoCommit(true);
    return new JdbcSendLog(new HikariDataSource(config));
  }

  @Override
  public void write(Row row) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setString(1, row.openid());
      insert.setString(2, row.templateId());
      insert.setString(3, row.msgid());
      insert.setInt(4, row.errcode());
      insert.setString(5, row.errmsg());
      insert.setString(6, row.content().json());
      insert.executeUpdate();
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
