package io.hongyan.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JsonClientTest {

  private final AtomicReference<String> authorization = new AtomicReference<>("");

  private HttpServer server;
  private int status = 200;
  private String body = "{}";

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          authorization.set(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          byte[] answer = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void sendsTheKeyAsABearerToken() {
    client(Optional.of("secret")).get("/v1/batches/1");

    assertThat(authorization).hasValue("Bearer secret");
  }

  @Test
  void sendsUserAndPasswordOfTheAddressAsBasicAuthentication() {
    URI address = URI.create("http://u:p@127.0.0.1:" + server.getAddress().getPort());

    new JsonClient("the broker", address, Optional.empty()).get("/api");

    assertThat(authorization).hasValue("Basic dTpw");
  }

  @Test
  void quotesTheDetailOfAProblem() {
    status = 422;
    body = "{\"title\":\"Unknown\",\"detail\":\"there is no account mall\"}";

    assertThatThrownBy(() -> client(Optional.empty()).get("/v1/accounts/mall"))
        .isInstanceOf(DemoFailure.class)
        .hasMessage("the gateway refused GET /v1/accounts/mall: HTTP 422 there is no account mall");
  }

  @Test
  void quotesAnAnswerThatIsNoJson() {
    status = 502;
    body = "<html>bad gateway</html>";

    assertThatThrownBy(() -> client(Optional.empty()).get("/v1/accounts/mall"))
        .hasMessageContaining("HTTP 502 <html>bad gateway</html>");
  }

  @Test
  void missesWhatIsNotThere() {
    status = 404;

    assertThat(client(Optional.empty()).exists("/v1/accounts/mall")).isFalse();
  }

  @Test
  void doesNotTakeARefusalForAbsence() {
    status = 401;

    assertThatThrownBy(() -> client(Optional.empty()).exists("/v1/accounts/mall"))
        .hasMessageContaining("HTTP 401");
  }

  @Test
  void saysWhichServerDoesNotAnswer() {
    JsonClient client = client(Optional.empty());
    server.stop(0);

    assertThatThrownBy(() -> client.get("/v1/batches/1"))
        .isInstanceOf(DemoFailure.class)
        .hasMessageStartingWith("the gateway at http://127.0.0.1:");
  }

  private JsonClient client(Optional<String> key) {
    return new JsonClient(
        "the gateway", URI.create("http://127.0.0.1:" + server.getAddress().getPort()), key);
  }
}
