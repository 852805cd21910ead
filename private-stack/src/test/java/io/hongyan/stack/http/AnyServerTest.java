package io.hongyan.stack.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnyServerTest {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final List<HttpServer> servers = new ArrayList<>();
  private final Queue<String> authorizations = new ConcurrentLinkedQueue<>();

  @AfterEach
  void stopServers() {
    servers.forEach(server -> server.stop(0));
  }

  @Test
  void asksTheNeighbourOfADeadServer() throws IOException {
    AnyServer any = AnyServer.of(List.of(dead(), answering(200)), "key");

    Answer first = any.call("GET", "/here", null, LIMIT);
    Answer second = any.call("GET", "/here", null, LIMIT);

    assertThat(List.of(first, second)).extracting(Answer::status).containsOnly(200);
    assertThat(authorizations).containsOnly("Bearer key");
  }

  @Test
  void asksTheNeighbourOfAServerInTrouble() throws IOException {
    AnyServer any = AnyServer.of(List.of(answering(503), answering(404)));

    assertThat(any.call("GET", "/here", null, LIMIT).status()).isEqualTo(404);
  }

  @Test
  void givesUpAtTheLimitAndSaysWhatItGot() throws IOException {
    AnyServer any = AnyServer.of(List.of(answering(503)));

    assertThatThrownBy(() -> any.call("GET", "/here", null, Duration.ofMillis(300)))
        .isInstanceOf(UnexpectedAnswerException.class)
        .hasMessageContaining("GET /here: no answer from any of [http://127.0.0.1:")
        .hasMessageEndingWith("the last one gave 503 {}");
  }

  @Test
  void aServersUserAndPasswordAreUsedAndNeverShown() throws IOException {
    URI plain = answering(500);
    URI withUser = URI.create("http://guest:se%40cret@127.0.0.1:" + plain.getPort());
    AnyServer any = AnyServer.of(List.of(withUser));

    assertThatThrownBy(() -> any.call("GET", "/here", null, Duration.ZERO))
        .hasMessageNotContaining("cret");
    assertThat(authorizations).containsExactly("Basic Z3Vlc3Q6c2VAY3JldA==");
  }

  private URI answering(int status) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          authorizations.add(
              String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          exchange.sendResponseHeaders(status, 2);
          exchange.getResponseBody().write(new byte[] {'{', '}'});
          exchange.close();
        });
    server.start();
    servers.add(server);
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private URI dead() throws IOException {
    URI address = answering(200);
    servers.removeLast().stop(0);
    return address;
  }
}
