package io.hongyan.gateway;

import io.hongyan.common.message.BatchId;
import io.hongyan.test.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** The tests' own way into the database, past the gateway: rows as a sender would write them. */
public final class Database {

  private Database() {}

  /** Runs a statement. */
  public static void execute(String sql) {
    try (Connection connection = TestServers.get().connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException("the test's statement failed: " + sql, e);
    }
  }

  /** The one value that a query gives, as text. */
  public static String value(String query) {
    try (Connection connection = TestServers.get().connect()) {
      return String.valueOf(
          JdbcClient.create(new SingleConnectionDataSource(connection, true))
              .sql(query)
              .query()
              .singleValue());
    } catch (SQLException e) {
      throw new IllegalStateException("the test's query failed: " + query, e);
    }
  }

  /** The one row that a query gives, as text; SQL's null is {@code null}. */
  public static List<String> row(String query) {
    List<List<String>> rows = rows(query);
    if (rows.size() != 1) {
      throw new IllegalStateException("not one row but %d: %s".formatted(rows.size(), query));
    }
    return rows.getFirst();
  }

  /** All rows that a query gives, as text; SQL's null is {@code null}. */
  public static List<List<String>> rows(String query) {
    try (Connection connection = TestServers.get().connect()) {
      return JdbcClient.create(new SingleConnectionDataSource(connection, true))
          .sql(query)
          .query()
          .listOfRows()
          .stream()
          .map(row -> row.values().stream().map(String::valueOf).toList())
          .toList();
    } catch (SQLException e) {
      throw new IllegalStateException("the test's query failed: " + query, e);
    }
  }

  /** Counts rows, e.g. {@code send_failed where seq = 1}. */
  public static int count(String from) {
    return Integer.parseInt(value("select count(*) from " + from));
  }

  /**
   * Stores a batch in a state whose recipients are {@code o1 … oN}; nothing is released. A
   * scheduled one is due in an hour.
   */
  public static BatchId batch(String account, String state, int recipients) {
    BatchId id = BatchId.create();
    execute(
        """
        insert into batch (id, account_id, template_id, wechat_template_id, state, priority, total, rejected, created_by, send_at)
          values (%1$d, '%2$s', 'order-paid', 'TM1', '%3$s', 'normal', %4$d, 0, 'test',
            case when '%3$s' = 'scheduled' then now() + interval '1 hour' end);
        insert into batch_progress (batch_id) values (%1$d);
        insert into recipient (batch_id, seq, openid, ref, url, data)
          select %1$d, n, 'o' || n, 'ref-' || n, 'https://x/' || n, '{"thing1":{"value":"v"}}' from generate_series(1, %4$d) n
        """
            .formatted(id.value(), account, state, recipients));
    return id;
  }

  /** Records a success as a sender does. */
  public static void succeed(BatchId batch, int seq) {
    execute(
        """
        insert into send_success select batch_id, seq, 'x', 'order-paid', openid, ref, 1, 3599307433715204104, now(), 12, 'w'
          from recipient where batch_id = %1$d and seq = %2$d;
        update batch_progress set succeeded = succeeded + 1 where batch_id = %1$d
        """
            .formatted(batch.value(), seq));
  }

  /** Records a failure as a sender does. */
  public static void fail(BatchId batch, int seq, String outcomeClass, int errcode) {
    execute(
        """
        insert into send_failed
          select r.batch_id, seq, b.account_id, b.template_id, openid, ref, data, 1, '%3$s', %4$d, 'said no rid: 1', 'recorded advice', now(), 'w'
          from recipient r join batch b on b.id = r.batch_id where batch_id = %1$d and seq = %2$d;
        update batch_progress set failed_%3$s = failed_%3$s + 1 where batch_id = %1$d
        """
            .formatted(batch.value(), seq, outcomeClass, errcode));
  }

  /** Notes a start as a sender does, before a call to WeChat. */
  public static void start(BatchId batch, int seq, int open) {
    execute(
        "insert into send_started (batch_id, seq, open, since, worker, last_start) values (%d, %d, %d, now(), 'w', 7)"
            .formatted(batch.value(), seq, open));
  }
}
