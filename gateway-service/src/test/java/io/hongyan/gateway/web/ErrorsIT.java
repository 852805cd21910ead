package io.hongyan.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every error is a problem detail, also those that no controller of ours makes. */
class ErrorsIT {

  private final RunningGateway gateway = RunningGateway.shared();

  @Test
  void anUnknownPathIs404() {
    assertProblem(gateway.admin("GET", "/v1/nothing", null), 404, "not-found");
    assertProblem(gateway.admin("GET", "/nothing", null), 404, "not-found");
  }

  @Test
  void aWrongMethodIs405AndNamesTheRightOnes() {
    Answer refused = gateway.admin("DELETE", "/v1/accounts/mall", null);

    assertProblem(refused, 405, "method-not-allowed");
    assertThat(refused.header("Allow")).hasValueSatisfying(v -> assertThat(v).contains("PUT"));
  }

  @Test
  void aWrongContentTypeIs415() {
    Answer refused =
        gateway.send(
            HttpRequest.newBuilder(gateway.uri("/v1/keys"))
                .header("Authorization", "Bearer test-admin-key")
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("hello")));

    assertProblem(refused, 415, "unsupported-media-type");
  }

  @Test
  void brokenJsonIs400AndNamesThePlace() {
    Answer refused = gateway.admin("POST", "/v1/keys", "{\n  \"name\": oops}");

    assertProblem(refused, 400, "bad-request");
    assertThat(refused.json().get("line").intValue()).isEqualTo(2);
    assertThat(refused.json().get("column").intValue()).isGreaterThan(10);
  }

  @Test
  void anUnknownSettingAndAMissingBodyAre400() {
    Answer unknown = gateway.admin("POST", "/v1/keys", "{\"nmae\":\"x\"}");
    Answer missing =
        gateway.send(
            HttpRequest.newBuilder(gateway.uri("/v1/keys"))
                .header("Authorization", "Bearer test-admin-key")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.noBody()));
    Answer trailing = gateway.admin("POST", "/v1/keys", "{} {}");

    assertProblem(unknown, 400, "bad-request");
    assertThat(unknown.text()).contains("nmae").contains("scopes");
    assertProblem(missing, 400, "bad-request");
    assertProblem(trailing, 400, "bad-request");
  }

  @Test
  void unknownRepeatedAndMistypedQueryParametersAre400() {
    assertProblem(gateway.admin("GET", "/v1/keys?limti=5", null), 400, "bad-request");
    assertProblem(gateway.admin("GET", "/v1/keys?limit=5&limit=6", null), 400, "bad-request");
    assertProblem(gateway.admin("GET", "/v1/keys?limit=five", null), 400, "bad-request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/batches?account=a%00b",
        "/v1/batches?cursor=%00",
        "/v1/accounts?cursor=%00",
        "/v1/keys?cursor=x%00",
        "/v1/schedules?cursor=%00",
        "/v1/messages?ref=%00",
        "/v1/people/o%00x",
        "/v1/accounts/a%00b",
        "/v1/inbox/users/u%00/unread",
        "/v1/inbox/users/u-1/conversations?cursor=1.%00",
      })
  void aNulIs400(String path) {
    Answer refused = gateway.admin("GET", path, null);

    assertThat(refused.status()).as(refused.text()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/actuator/health/../x",
        "/actuator/health/%2E%2e/%2e%2e/v1/batches",
        "/actuator/health/..;x=1/v1/batches",
        "/v1/inbox/users/%2e/unread",
      })
  void aPathWithDotsIs400(String path) throws Exception {
    assertThat(raw("GET " + path)).startsWith("HTTP/1.1 400");
  }

  @Test
  void aMissingQueryParameterIsNamed() {
    Answer refused = gateway.admin("GET", "/v1/inbox/segments", null);

    assertProblem(refused, 400, "bad-request");
    assertThat(refused.text()).contains("'account' is missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"name":5,"scopes":["read"],"accounts":["*"]}   | 'name' has the wrong type
          {"name":"x","scopes":[{}],"accounts":["*"]}     | 'scopes[0]' has the wrong type
          []                                              | The body has the wrong type
          """)
  void mistypedJsonIsNamedAsTheCallerWroteIt(String body, String detail) {
    Answer refused = gateway.admin("POST", "/v1/keys", body);

    assertProblem(refused, 400, "bad-request");
    assertThat(refused.json().get("detail").stringValue()).isEqualTo(detail);
  }

  @Test
  void aNumberThatIsTooLargeIsNamed() {
    Answer refused =
        gateway.admin(
            "PUT",
            "/v1/inbox/announcements/0000000000000",
            "{\"title\":\"t\",\"body\":\"b\",\"version\":99999999999}");

    assertProblem(refused, 400, "bad-request");
    assertThat(refused.json().get("detail").stringValue()).isEqualTo("'version' is out of range");
  }

  @Test
  void aHugeBodyIs413() {
    String huge = "{\"name\":\"%s\"}".formatted("x".repeat(2 << 20));

    assertProblem(gateway.admin("POST", "/v1/keys", huge), 413, "content-too-large");
  }

  @Test
  void aWishForAnotherFormatStillGetsTheProblem() {
    Answer refused =
        gateway.send(
            HttpRequest.newBuilder(gateway.uri("/v1/batches/none/failures"))
                .header("Authorization", "Bearer test-admin-key")
                .header("Accept", "text/csv"));

    assertProblem(refused, 404, "not-found");
  }

  @Test
  void healthAndMetricsNeedNoKey() {
    assertThat(gateway.call(null, "GET", "/actuator/health", null).status()).isEqualTo(200);
    assertThat(gateway.call(null, "GET", "/actuator/prometheus", null).text())
        .contains("jvm_memory_used_bytes");
  }

  @Test
  void whatIsNoHttpShowsNoStackTrace() throws Exception {
    assertThat(raw("GET /v1/ba[d"))
        .startsWith("HTTP/1.1 400")
        .doesNotContain("Exception")
        .doesNotContain("at org.");
  }

  /** The whole answer to a request line that no client library would send. */
  private String raw(String line) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", gateway.uri("/").getPort())) {
      socket
          .getOutputStream()
          .write(
              (line + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void assertProblem(Answer answer, int status, String name) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).contains("application/problem+json");
    assertThat(answer.problem()).isEqualTo(name);
    assertThat(answer.json().get("status").intValue()).isEqualTo(status);
    assertThat(answer.json().get("title").stringValue()).isNotBlank();
    assertThat(answer.text()).doesNotContain("Exception").doesNotContain("at io.hongyan");
  }
}
