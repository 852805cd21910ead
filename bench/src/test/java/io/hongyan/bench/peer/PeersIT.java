package io.hongyan.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.simulator.WeChatSimulator;
import io.hongyan.test.TestServers;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Each peer against real servers and the real simulator: 100 messages to warm up, twice 600
 * measured. What it says it did is counted at the other end.
 */
@Timeout(120)
class PeersIT {

  private static final String APPID = "wxbenchpeers";
  private static final String SECRET = "bench-peers-secret";
  private static final String TEMPLATE = "bench-template-43-characters-long-like-real";
  private static final int WARM_UP = 100;
  private static final int MESSAGES = 600;
  private static final int ALL = WARM_UP + 2 * MESSAGES;
  private static final TestServers SERVERS = TestServers.get();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private WeChatSimulator simulator;

  @BeforeEach
  void startSimulator() throws Exception {
    simulator = WeChatSimulator.start("127.0.0.1", 0, Clock.systemUTC());
    putAccount("o");
  }

  @AfterEach
  void stopSimulator() {
    simulator.close();
  }

  @Test
  void wxJavaSendsEachMessageAndLogsIt() throws Exception {
    List<JsonNode> results = runTwice("wxjava-log", "--threads", "20", "--connections", "10");

    assertThat(results).hasSize(2).allMatch(PeersIT::isClean);
    assertAllAccepted();
    assertThat(
            number(
                """
                select count(distinct msgid) from peer_send_log
                where errcode = 0 and content like '%client_msg_id%' and template_id = '%s'
                """
                    .replace("%s", TEMPLATE)))
        .isEqualTo(ALL);
  }

  @Test
  void wxJavaSendsEachMessageWithoutALog() throws Exception {
    assertThat(runTwice("wxjava", "--threads", "20")).hasSize(2).allMatch(PeersIT::isClean);

    assertAllAccepted();
  }

  @Test
  void okHttpSendsEachMessage() throws Exception {
    assertThat(runTwice("okhttp", "--in-flight", "20")).hasSize(2).allMatch(PeersIT::isClean);

    assertAllAccepted();
  }

  @Test
  void floorSendsEachMessageAndRecordsIt() throws Exception {
    List<JsonNode> results = runTwice("floor", "--in-flight", "200");

    assertThat(results).hasSize(2).allMatch(PeersIT::isClean);
    assertAllAccepted();
    assertThat(number("select count(*) from floor_started where open = 1")).isEqualTo(ALL);
    assertThat(number("select count(distinct wechat_msgid) from floor_success")).isEqualTo(ALL);
    assertThat(number("select sum(succeeded) from floor_progress")).isEqualTo(ALL);
    assertThat(number("select count(*) from floor_progress")).isEqualTo(3);
  }

  @Test
  void rabbitTakesEachMessageThroughItsQueue() throws Exception {
    assertThat(runTwice("rabbit", "--in-flight", "200")).hasSize(2).allMatch(PeersIT::isClean);
  }

  @Test
  void postgresStoresEachRowAndSaysHowLongEachKindTook() throws Exception {
    List<JsonNode> results = runTwice("postgres");

    assertThat(results)
        .hasSize(2)
        .allMatch(PeersIT::isClean)
        .allMatch(
            result ->
                result.get("parts").get("copy").asDouble() > 0
                    && result.get("parts").get("insert").asDouble() > 0);
    assertThat(number("select count(distinct (batch_id, seq)) from peer_recipient")).isEqualTo(ALL);
    assertThat(
            number(
                "select count(*) from peer_recipient where data->'thing2'->>'value' is not null"))
        .isEqualTo(ALL);
    assertThat(number("select count(*) from peer_success")).isEqualTo(ALL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"wxjava-log", "wxjava", "okhttp", "floor"})
  void failsIfWeChatRefuses(String name) throws Exception {
    putAccount("somebody-else");
    List<String> said = new ArrayList<>();

    int exitCode = run(said, "RUN\nRUN\n", name, "--messages", "50");

    assertThat(exitCode).isEqualTo(1);
    assertThat(said).hasSize(2).first().isEqualTo("READY");
    assertThat(JsonMapper.shared().readTree(said.getLast()).get("errors").asInt()).isPositive();
    assertThat(stats().get("accepted").asInt()).isZero();
  }

  @Test
  void wxJavaLogsARefusalToo() throws Exception {
    putAccount("somebody-else");

    run(new ArrayList<>(), "RUN\n", "wxjava-log", "--messages", "50", "--threads", "5");

    assertThat(number("select count(*) from peer_send_log where errcode = 43004")).isPositive();
    assertThat(number("select count(*) from peer_send_log where errcode = 0")).isZero();
  }

  private List<JsonNode> runTwice(String name, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                name,
                "--messages",
                Integer.toString(MESSAGES),
                "--warm-up",
                Integer.toString(WARM_UP)));
    arguments.addAll(List.of(more));
    List<String> said = new ArrayList<>();
    assertThat(run(said, "RUN\nRUN\n", arguments.toArray(String[]::new))).isZero();
    assertThat(said.removeFirst()).isEqualTo("READY");
    return said.stream().map(line -> JsonMapper.shared().readTree(line)).toList();
  }

  private int run(List<String> said, String input, String... arguments)
      throws IOException, InterruptedException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int exitCode =
        Peers.run(
            List.of(arguments),
            environment(),
            new BufferedReader(new StringReader(input)),
            new PrintStream(out, true, StandardCharsets.UTF_8));
    out.toString(StandardCharsets.UTF_8).lines().forEach(said::add);
    return exitCode;
  }

  private static boolean isClean(JsonNode result) {
    return result.get("messages").asInt() == MESSAGES
        && result.get("errors").asInt() == 0
        && result.get("seconds").asDouble() > 0;
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(SERVERS.environment());
    environment.put("SIMULATOR_URL", address());
    environment.put("BENCH_APPID", APPID);
    environment.put("BENCH_SECRET", SECRET);
    environment.put("BENCH_TEMPLATE", TEMPLATE);
    return environment;
  }

  private String address() {
    return "http://127.0.0.1:" + simulator.port();
  }

  private void assertAllAccepted() throws Exception {
    JsonNode stats = stats();
    assertThat(stats.get("accepted").asInt()).as("%s", stats).isEqualTo(ALL);
    assertThat(stats.get("suppressed").asInt()).isZero();
  }

  private JsonNode stats() throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(address() + "/_sim/stats")).build();
    return JsonMapper.shared()
        .readTree(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  private void putAccount(String followers) throws Exception {
    String account =
        JsonMapper.shared()
            .writeValueAsString(
                Map.of(
                    "secret",
                    SECRET,
                    "followers",
                    Map.of("prefix", followers),
                    "templates",
                    List.of(
                        Map.of(
                            "template_id",
                            TEMPLATE,
                            "title",
                            "Shipped",
                            "content",
                            Payload.TEMPLATE_CONTENT))));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address() + "/_sim/accounts/" + APPID))
            .PUT(HttpRequest.BodyPublishers.ofString(account))
            .build();
    assertThat(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isLessThan(300);
  }

  private static long number(String query) throws SQLException {
    try (Connection connection = SERVERS.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      result.next();
      return result.getLong(1);
    }
  }
}
