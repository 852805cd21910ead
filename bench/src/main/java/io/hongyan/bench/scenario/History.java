package io.hongyan.bench.scenario;

import static io.hongyan.bench.report.Figures.text;

import io.hongyan.bench.report.Figures;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The same as {@link Throughput} when the tables already hold years of messages: recipients, start
 * rows and outcomes of batches that are over, in the month that is written to.
 */
final class History implements Scenario {

  private static final int BATCH = 500_000;
  private static final List<String> COPIES =
      List.of(
          """
          insert into recipient (batch_id, seq, openid, ref, url, data)
          select ?, seq, 'oHistory' || seq, ref, url, data
          from recipient where batch_id = ?""",
          """
          insert into send_started (batch_id, seq, open, since, worker, last_start)
          select ?, seq, open, since, worker, last_start
          from send_started where batch_id = ?""",
          """
          insert into send_success (batch_id, seq, account_id, template_id, openid, ref, attempts, wechat_msgid, sent_at, took_ms, worker)
          select ?, seq, account_id, template_id, openid, ref, attempts, wechat_msgid, sent_at, took_ms, worker
          from send_success where batch_id = ?""");

  private final int rows;

  History(int rows) {
    this.rows = rows;
  }

  @Override
  public String name() {
    return "history";
  }

  @Override
  public List<String> measure(Bed bed) {
    List<String> account = bed.warmAccount("history", Bed.MANY_IN_FLIGHT);
    List<Run> empty = rounds(bed, account);
    long few = rows(bed);
    fill(bed, account);
    long many = rows(bed);
    List<Run> full = rounds(bed, account);
    double ratio =
        Figures.of(full, Run::perSecond).median() / Figures.of(empty, Run::perSecond).median();
    return List.of(
        "| rows of recipients, starts and outcomes in the month's tables | messages/s | CPU µs a message, PostgreSQL | all |",
        "|---|---:|---:|---:|",
        line(text(few, 0), empty),
        line(text(many, 0), full),
        "",
        "With the history the rate is %s of that without; first all rounds without, then all with it."
            .formatted(text(ratio, 2)));
  }

  private static String line(String name, List<Run> runs) {
    return "| %s | %s | %s | %s |"
        .formatted(
            name,
            Figures.of(runs, Run::perSecond).toCell(0),
            Figures.of(runs, run -> run.micros("PostgreSQL")).toCell(1),
            Figures.of(runs, Run::micros).toCell(0));
  }

  private static List<Run> rounds(Bed bed, List<String> account) {
    List<Run> runs = new ArrayList<>();
    for (int round = 1; round <= bed.rounds(); round++) {
      runs.add(bed.pipeline().send(account, bed.messages(), Bed.NO_LATENCY));
      System.out.printf("  round %d: %s/s%n", round, text(runs.getLast().perSecond(), 0));
    }
    return runs;
  }

  /** Copies a batch that the product wrote, under ids of its month, until there are enough rows. */
  private void fill(Bed bed, List<String> account) {
    bed.pipeline().send(account, BATCH, Bed.NO_LATENCY);
    try (Connection connection = bed.stack().connectToDatabase();
        Statement statement = connection.createStatement()) {
      long model = number(statement, "select max(id) from batch");
      long added = 0;
      for (long copy = 1; added < rows; copy++) {
        for (String sql : COPIES) {
          try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setLong(1, model - copy);
            insert.setLong(2, model);
            added += insert.executeUpdate();
          }
        }
        System.out.printf("  %s rows of history%n", text(added, 0));
      }
      statement.execute("analyze recipient, send_started, send_success");
      statement.execute("checkpoint");
    } catch (SQLException e) {
      throw new IllegalStateException("the history could not be written", e);
    }
  }

  private static long rows(Bed bed) {
    try (Connection connection = bed.stack().connectToDatabase();
        Statement statement = connection.createStatement()) {
      long rows = 0;
      for (String table : List.of("recipient", "send_started", "send_success")) {
        rows += number(statement, "select count(*) from " + table);
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException("rows could not be counted", e);
    }
  }

  private static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
