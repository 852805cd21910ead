package io.hongyan.chaos.load;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.hongyan.chaos.stack.Addresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Answers submits as a test says, one answer after the other, and keeps what it was sent. */
final class StubGateway implements AutoCloseable {

  private final HttpServer http;
  private final Queue<Planned> answers = new ConcurrentLinkedQueue<>();
  private final Queue<Received> received = new ConcurrentLinkedQueue<>();

  StubGateway() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext("/", this::handle);
    http.start();
  }

  Addresses addresses() {
    URI here = URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    return new Addresses(List.of(here), here, List.of(here), "jdbc:none", "", "", "secret-key");
  }

  void thenAnswer(int status, String json) {
    answers.add(new Planned(status, json));
  }

  /** Reads the body and breaks the connection off. */
  void thenCut() {
    answers.add(new Planned(0, ""));
  }

  List<Received> received() {
    return List.copyOf(received);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    received.add(
        new Received(
            exchange.getRequestMethod() + " " + exchange.getRequestURI(),
            String.valueOf(exchange.getRequestHeaders().getFirst("Idempotency-Key")),
            String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
            body));
    Planned answer = answers.remove();
    if (answer.status() > 0) {
      byte[] json = answer.json().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.status(), json.length);
      exchange.getResponseBody().write(json);
    }
    exchange.close();
  }

  @Override
  public void close() {
    http.stop(0);
  }

  /** A request as it came in. */
  record Received(String request, String idempotencyKey, String contentType, String body) {}

  /** An answer to come; status 0 = none. */
  private record Planned(int status, String json) {}
}
