package io.hongyan.chaos.audit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.hongyan.test.TestServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What the audit asks of a gateway and of RabbitMQ's management API: batches as their rows say, and
 * queues as a test says.
 */
final class StubServers implements AutoCloseable {

  private static final String BATCHES = "/v1/batches/";

  private final TestServers servers;
  private final HttpServer http;
  private final Map<String, Integer> queues = new ConcurrentHashMap<>();
  private final Queue<QueueChange> changes = new ConcurrentLinkedQueue<>();

  /** Added to what the rows say, so that HTTP alone can be wrong. */
  private volatile int shownTooMany;

  StubServers(TestServers servers) throws IOException {
    this.servers = servers;
    this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(BATCHES, this::showBatch);
    http.createContext("/api/queues/", this::showQueues);
    http.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
  }

  void setDepth(String queue, int messages) {
    queues.put(queue, messages);
  }

  /** One change comes with each look at the queues, the first with the first look. */
  void changeWithEachLook(List<QueueChange> coming) {
    changes.addAll(coming);
  }

  void showTooMany(int surplus) {
    shownTooMany = surplus;
  }

  private void showBatch(HttpExchange exchange) throws IOException {
    String id = exchange.getRequestURI().getPath().substring(BATCHES.length());
    try (Connection connection = servers.connect();
        PreparedStatement query =
            connection.prepareStatement(
                """
                select json_build_object('state', b.state, 'total', b.total, 'released', b.released_to,
                    'succeeded', p.succeeded + ?, 'failed', p.failed, 'failuresByClass',
                    json_build_object('recipient', p.failed_recipient, 'exhausted', p.failed_exhausted,
                        'uncertain', p.failed_uncertain))
                from batch b join batch_progress p on p.batch_id = b.id where b.id = ?
                """)) {
      query.setInt(1, shownTooMany);
      query.setLong(2, MessageIds.batchRow(id));
      try (ResultSet row = query.executeQuery()) {
        if (row.next()) {
          answer(exchange, 200, row.getString(1));
        } else {
          answer(exchange, 404, "{}");
        }
      }
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  private void showQueues(HttpExchange exchange) throws IOException {
    QueueChange change = changes.poll();
    if (change != null) {
      change.apply();
    }
    StringBuilder list = new StringBuilder("[{\"name\":\"hongyan.config.1\",\"messages\":0}");
    queues.forEach(
        (name, messages) ->
            list.append(",{\"name\":\"%s\",\"messages\":%d}".formatted(name, messages)));
    answer(exchange, 200, list.append("]").toString());
  }

  private static void answer(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  /** What happens just before the queues are counted. */
  interface QueueChange {
    void apply() throws IOException;
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
