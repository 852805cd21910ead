package io.hongyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.test.TestServers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Compares what the gateway promised and shows with the rows in PostgreSQL and with what the
 * simulator was asked, past all proxies and with none of the product's code. The simulator must
 * have been reset before the batches.
 */
final class Audit {

  private static final Duration FINISH_LIMIT = Duration.ofMinutes(2);

  private final TestServers servers;
  private final Simulator simulator;
  private final GatewayClient gateway;

  Audit(TestServers servers, Simulator simulator, GatewayClient gateway) {
    this.servers = servers;
    this.simulator = simulator;
    this.gateway = gateway;
  }

  /** Waits until the batches are done, then checks that each message was accepted, and once. */
  void assertAllAcceptedOnce(Batch... batches) {
    assertEachEndedOnce(0, batches);
  }

  /**
   * Waits until the batches are done, then checks that each message has one outcome and the
   * simulator took each at most once.
   *
   * @param failed how many of them must have failed
   */
  void assertEachEndedOnce(int failed, Batch... batches) {
    for (Batch batch : batches) {
      await("batch %s done".formatted(batch.id()))
          .atMost(FINISH_LIMIT)
          .pollInterval(Duration.ofMillis(100))
          .until(() -> state(batch).equals("done"));
    }
    int total = Arrays.stream(batches).mapToInt(Batch::total).sum();
    Set<String> succeeded = new HashSet<>();
    for (Batch batch : batches) {
      assertRowsComplete(batch);
      succeeded.addAll(messageIds("send_success", batch));
    }
    JsonNode stats = simulator.stats();
    assertThat(stats.get("repeated").asInt()).as("accepted twice").isZero();
    assertThat(stats.get("asked").asInt()).as("asked of WeChat").isEqualTo(total);
    assertThat(stats.get("distinct").asInt()).as("taken by WeChat").isEqualTo(succeeded.size());
    assertThat(simulator.messages())
        .as("messages WeChat took = rows in send_success")
        .extracting(Simulator.Accepted::clientMsgId)
        .containsExactlyInAnyOrderElementsOf(succeeded);
    assertThat(total - succeeded.size()).as("failed").isEqualTo(failed);
    assertThat(count("select count(*) from dead_letter")).as("dead letters").isZero();
  }

  private void assertRowsComplete(Batch batch) {
    List<String> succeeded = messageIds("send_success", batch);
    List<String> failed = messageIds("send_failed", batch);
    assertThat(succeeded.size() + failed.size()).as("rows").isEqualTo(batch.total());
    Set<String> ids = new HashSet<>(succeeded);
    ids.addAll(failed);
    assertThat(ids).as("different messages with a row").hasSize(batch.total());
    assertThat(count("select max(seq) from recipient where batch_id = ?", batch))
        .as("seq without gaps")
        .isEqualTo(batch.total());
    Progress rows = new Progress(succeeded.size(), failed.size());
    assertThat(progress(batch)).as("counters").isEqualTo(rows);
    JsonNode shown = gateway.call("GET", "/v1/batches/" + batch.id(), null).expecting(200).json();
    assertThat(new Progress(shown.get("succeeded").asInt(), shown.get("failed").asInt()))
        .as("counters as the gateway shows them")
        .isEqualTo(rows);
    assertThat(shown.get("released").asInt()).as("released").isEqualTo(batch.total());
  }

  /** What the counters say now. */
  Progress progress(Batch batch) {
    try (Connection connection = servers.connect();
        PreparedStatement query =
            connection.prepareStatement(
                "select succeeded, failed from batch_progress where batch_id = ?")) {
      query.setLong(1, batch.rowId());
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? new Progress(row.getInt(1), row.getInt(2)) : new Progress(0, 0);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("cannot read the progress of " + batch, e);
    }
  }

  /** Waits until that many messages of the batch are accepted. */
  void awaitSucceeded(Batch batch, int wanted) {
    await("%d of %s accepted".formatted(wanted, batch))
        .atMost(FINISH_LIMIT)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> progress(batch).succeeded() >= wanted);
  }

  /** A number from a query whose parameter, if it has one, is the batch's id. */
  int count(String sql, Batch... batch) {
    try (Connection connection = servers.connect();
        PreparedStatement query = connection.prepareStatement(sql)) {
      for (int i = 0; i < batch.length; i++) {
        query.setLong(i + 1, batch[i].rowId());
      }
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("query failed: " + sql, e);
    }
  }

  private String state(Batch batch) {
    return text("select state from batch where id = ?", batch);
  }

  /** A text from a query whose parameter is the batch's id; empty if there is none. */
  String text(String sql, Batch batch) {
    List<String> found = texts(sql, batch);
    return found.isEmpty() ? "" : found.getFirst();
  }

  private List<String> messageIds(String table, Batch batch) {
    return texts("select seq from " + table + " where batch_id = ?", batch).stream()
        .map(seq -> batch.id() + "-" + seq)
        .toList();
  }

  private List<String> texts(String sql, Batch batch) {
    try (Connection connection = servers.connect();
        PreparedStatement query = connection.prepareStatement(sql)) {
      query.setLong(1, batch.rowId());
      List<String> texts = new ArrayList<>();
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          String text = row.getString(1);
          texts.add(text == null ? "" : text);
        }
      }
      return texts;
    } catch (SQLException e) {
      throw new IllegalStateException("query failed: " + sql, e);
    }
  }

  /** A batch's counters. */
  record Progress(int succeeded, int failed) {}
}
