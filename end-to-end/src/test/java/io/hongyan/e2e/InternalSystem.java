package io.hongyan.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** An internal system that answers followers, takes its time over it, and counts how often. */
final class InternalSystem implements AutoCloseable {

  private static final int BACKLOG = 2_000;

  private volatile Duration takes = Duration.ZERO;
  private final Map<String, Integer> runsOfKey = new ConcurrentHashMap<>();
  private final ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  InternalSystem() {
    try {
      server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    } catch (IOException e) {
      throw new UncheckedIOException("no internal system", e);
    }
    server.createContext("/", this::receive);
    server.setExecutor(readers);
    server.start();
  }

  private void receive(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
    runsOfKey.merge(String.valueOf(key), 1, Integer::sum);
    Executor later =
        CompletableFuture.delayedExecutor(takes.toMillis(), TimeUnit.MILLISECONDS, readers);
    later.execute(() -> answer(exchange, key));
  }

  private static void answer(HttpExchange exchange, String key) {
    byte[] reply =
        "{\"type\":\"text\",\"content\":\"answer %s\"}"
            .formatted(key)
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    try (exchange) {
      exchange.sendResponseHeaders(200, reply.length);
      try (OutputStream body = exchange.getResponseBody()) {
        body.write(reply);
      }
    } catch (IOException e) {
      // Whoever asked was killed meanwhile.
      exchange.close();
    }
  }

  /** Begins to count anew; each answer takes that long from now on, however many are under way. */
  void begin(Duration answersTake) {
    takes = answersTake;
    runsOfKey.clear();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:%d/replies".formatted(server.getAddress().getPort()));
  }

  /** How often it was asked, repeats of an idempotency key included. */
  int runs() {
    return runsOfKey.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** How many different messages it was asked about. */
  int messages() {
    return runsOfKey.size();
  }

  /** The most it was asked about one message. */
  int mostRunsOfOne() {
    return runsOfKey.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  @Override
  public void close() {
    server.stop(0);
    readers.shutdownNow();
  }
}
