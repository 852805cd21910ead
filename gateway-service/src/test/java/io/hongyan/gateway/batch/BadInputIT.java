package io.hongyan.gateway.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadInputIT {

  private static final String QUERY = "?account=bad&template=order-paid";
  private static final String GOOD =
      "{\"openid\":\"oA1\",\"data\":{\"thing1\":\"耳机\",\"amount2\":\"¥1\"}}\n";
  private static final String HEADER = "openid,ref,url,thing1,amount2\n";
  private static final RunningGateway GATEWAY = RunningGateway.shared();

  @BeforeAll
  static void anAccount() {
    GATEWAY.createAccount("bad");
  }

  @AfterEach
  void nothingWasStored() {
    assertThat(Database.count("batch where account_id = 'bad'")).isZero();
    assertThat(Orphans.count()).isZero();
  }

  @Test
  void namesThePlaceInMalformedJson() {
    Answer answer =
        send(
            "application/json",
            "",
            "{\"account\":\"bad\",\"template\":\"order-paid\",\n\"recipients\":[" + GOOD + ",{]}");

    assertPlace(answer, 3, 3);
  }

  @Test
  void namesThePlaceInMalformedNdjson() {
    assertPlace(send("application/x-ndjson", QUERY, GOOD.repeat(10_000) + "{oops}"), 10_001, 2);
  }

  @Test
  void namesThePlaceInMalformedCsv() {
    assertPlace(send("text/csv", QUERY, HEADER + "oA1,,,\"a\"b,¥1\n"), 2, 10);
    assertPlace(send("text/csv", QUERY, HEADER + "oA1,,,a,¥1\noA2,,,\"open,¥1\n"), 3, 7);
    assertPlace(send("text/csv", QUERY, HEADER + "oA1,,,a,¥1,more\n"), 2, 12);
    assertPlace(send("text/csv", QUERY, "openid,ref,ref\noA1,a,b\n"), 1, 12);
  }

  @Test
  void namesTheColumnThatTheTemplateLacks() {
    Answer answer = send("text/csv", QUERY, "openid,thing7\noA1,a\n");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().get("detail").stringValue()).contains("'thing7'");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`{'account':'\\ud800','template':'order-paid','recipients':[{}]}`, 422",
        "`{'account':'bad','template':'\\ud800','recipients':[{}]}`, 422",
        "`{'\\ud800':1,'\\ud800':1}`, 400",
        "`{'account':'bad','template':'order-paid','recipients':[{'\\ud800':1}]}`, 400",
        "`{'account':'bad','template':'order-paid','recipients':[{'data':{'\\ud800':'','\\ud800':''}}]}`, 400",
      })
  void answersNamesWithHalfACharacter(String body, int status) {
    Answer answer = send("application/json", "", body.replace('\'', '"'));

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.json().get("detail").stringValue())
        .containsPattern("[?\uFFFD]")
        .doesNotContain("\ud800");
  }

  @Test
  void refusesValuesWithNulOneByOne() {
    String nul = "{\"openid\":\"oA1\",\"data\":{\"thing1\":\"a\\u0000b\",\"amount2\":\"¥1\"}}";

    Answer json = send("application/x-ndjson", QUERY, nul);
    Answer csv = send("text/csv", QUERY, HEADER + "oA1,,,a\u0000b,¥1\n\u0000,,,a,¥1\n");

    assertThat(json.problem()).isEqualTo("no-recipients");
    assertThat(json.json().get("rejections").get(0).get("reason").stringValue())
        .isEqualTo("invalid-value");
    assertThat(csv.json().get("rejections").get(0).get("reason").stringValue())
        .isEqualTo("invalid-value");
    assertThat(csv.json().get("rejections").get(1).get("reason").stringValue())
        .isEqualTo("invalid-openid");
  }

  @Test
  void refusesFieldsOf64KilobytesOneByOne() {
    String row = "oA1,,," + "a".repeat(64 * 1024 - 10) + ",¥1";

    Answer answer = send("text/csv", QUERY, HEADER + row + "\n");

    assertThat(row.getBytes(UTF_8)).hasSize(64 * 1024);
    assertThat(answer.json().get("rejections").get(0).get("reason").stringValue())
        .isEqualTo("too-long");
  }

  @Test
  void refusesACsvRecordAbove64Kilobytes() {
    Answer answer = send("text/csv", QUERY, HEADER + "x".repeat(64 * 1024 + 1));

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.json().get("line").intValue()).isEqualTo(2);
  }

  @Test
  void refusesAnNdjsonLineAbove64Kilobytes() {
    Answer answer =
        send("application/x-ndjson", QUERY, GOOD + "{\"openid\":\"" + "x".repeat(64 * 1024));

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.json().get("line").intValue()).isEqualTo(2);
  }

  @Test
  void refusesAJsonBodyAbove20Megabytes() {
    byte[] padding = " ".repeat(1 << 20).getBytes(UTF_8);
    BodyPublisher body =
        stream(
            Stream.concat(
                Stream.of("{\n".getBytes(UTF_8)), Stream.generate(() -> padding).limit(21)));

    Answer announced =
        send("application/json", "", BodyPublishers.ofByteArray(new byte[20 * (1 << 20) + 1]));
    Answer counted = send("application/json", "", body);

    assertThat(announced.status()).isEqualTo(413);
    assertThat(counted.status()).isEqualTo(413);
    assertThat(counted.problem()).isEqualTo("body-too-large");
  }

  @Test
  void refusesAMillionAndOneRecipients() {
    BodyPublisher body =
        stream(
            Stream.concat(
                Stream.of("openid,thing1,amount2\n".getBytes(UTF_8)),
                IntStream.rangeClosed(0, 1_000)
                    .mapToObj(block -> block == 1_000 ? "oLast,a,1\n" : rows(block))
                    .map(text -> text.getBytes(UTF_8))));

    Answer answer = send("text/csv", QUERY, body);

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.problem()).isEqualTo("too-many-recipients");
    assertThat(answer.json().get("line").intValue()).isEqualTo(1_000_002);
  }

  @ParameterizedTest
  @CsvSource({
    "'?account=bad&template=order-paid&prority=urgent', prority",
    "'?account=bad&account=bad&template=order-paid', account",
    "'?account=bad&template=order-paid&sendAt=2026-12-01T09:00:00', sendAt",
  })
  void refusesSettingsItCannotRead(String query, String name) {
    Answer answer = send("application/x-ndjson", query, GOOD);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().get("detail").stringValue()).contains("'" + name + "'");
  }

  @Test
  void refusesSettingsOfAJsonBatchInTheQuery() {
    assertThat(send("application/json", QUERY, "{}").status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/csv; charset=gbk",
        "nonsense"
      })
  void refusesOtherFormats(String contentType) {
    assertThat(send(contentType, QUERY, GOOD).status()).isEqualTo(415);
  }

  @Test
  void refusesCompressedBodies() {
    Answer answer =
        GATEWAY.send(
            request("application/x-ndjson", QUERY)
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofString(GOOD)));

    assertThat(answer.status()).isEqualTo(415);
  }

  @Test
  void acceptsNothingOfABodyThatIsCutOff() throws IOException {
    try (Upload upload =
        Upload.ofLength(GATEWAY, "/v1/batches" + QUERY, "application/x-ndjson", 10_000_000)) {
      upload.send(GOOD.repeat(2_000));

      assertThat(upload.cutOff()).startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void acceptsNothingOfAChunkedBodyThatIsCutOff() throws IOException {
    try (Upload upload = Upload.chunked(GATEWAY, "/v1/batches" + QUERY, "text/csv", Map.of())) {
      upload.send(HEADER + "oA1,,,a,¥1\n");

      assertThat(upload.cutOff()).doesNotContain("HTTP/1.1 202");
    }
  }

  @Test
  void answersThoughTheClientIsStillSending() throws IOException {
    try (Upload upload =
        Upload.chunked(GATEWAY, "/v1/batches" + QUERY, "application/x-ndjson", Map.of())) {
      upload.send("{oops}\n");
      for (int i = 0; i < 100; i++) {
        upload.send(GOOD.repeat(1_000));
      }

      assertThat(upload.finish()).contains("HTTP/1.1 400").contains("\"line\":1");
    }
  }

  private static void assertPlace(Answer answer, int line, int column) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(answer.json().get("line").intValue()).isEqualTo(line);
    assertThat(answer.json().get("column").intValue()).isEqualTo(column);
  }

  private static String rows(int block) {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 1_000; i++) {
      rows.append("o").append(block * 1_000 + i).append(",a,1\n");
    }
    return rows.toString();
  }

  private static BodyPublisher stream(Stream<byte[]> pieces) {
    return BodyPublishers.ofByteArrays(pieces.toList());
  }

  private static Answer send(String contentType, String query, String body) {
    return send(contentType, query, BodyPublishers.ofString(body));
  }

  private static Answer send(String contentType, String query, BodyPublisher body) {
    return GATEWAY.send(request(contentType, query).POST(body));
  }

  private static HttpRequest.Builder request(String contentType, String query) {
    return HttpRequest.newBuilder(GATEWAY.uri("/v1/batches" + query))
        .header("Authorization", "Bearer " + Upload.ADMIN_KEY)
        .header("Content-Type", contentType);
  }
}
