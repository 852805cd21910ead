package io.hongyan.simulator;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A simulator on a free loopback port with one account, and a client for it. */
final class RunningSimulator implements AutoCloseable {

  static final String APPID = "wx0000000000000001";
  static final String SECRET = "0123456789abcdef0123456789abcdef";
  static final String TEMPLATE = "bHMjiPxSwMyxFQpjqNWKRzeOGIZNFyXyvCGSiyXlFmM";
  static final String OLD_TEMPLATE = "OPENTM200000000000000000000000000000000000";
  static final String CALLBACK_TOKEN = "AAAAA";
  static final String AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
  static final String ORIGINAL_ID = "gh_7f083739789a";
  static final String SEND = "/cgi-bin/message/template/send";

  private static final String ACCOUNT =
      """
      {"secret": "%s",
       "templates": [
         {"template_id": "%s", "title": "订单支付成功",
          "content": "商品:{{thing1.DATA}}\\n金额:{ {amount2.DATA} }\\n"},
         {"template_id": "%s", "title": "旧模板",
          "content": "{{first.DATA}}\\n{{keyword1.DATA}}\\n{{remark.DATA}}"}],
       "followers": {"prefix": "o", "allBut": ["oLeft"]}}
      """
          .formatted(SECRET, TEMPLATE, OLD_TEMPLATE);

  private final WeChatSimulator simulator;
  private final HttpClient client = HttpClient.newHttpClient();

  private RunningSimulator(WeChatSimulator simulator) {
    this.simulator = simulator;
  }

  static RunningSimulator start(Clock clock) throws Exception {
    RunningSimulator running = new RunningSimulator(WeChatSimulator.start("127.0.0.1", 0, clock));
    running.putAccount(APPID);
    return running;
  }

  /** A reply and, where it is JSON, what it says. */
  record Answer(int status, String contentType, String text) {

    JsonNode json() {
      return JsonMapper.shared().readTree(text);
    }

    int errcode() {
      return json().path("errcode").asInt(0);
    }

    String errmsg() {
      return json().path("errmsg").asString("");
    }
  }

  void putAccount(String appid) throws Exception {
    putAccount(appid, ACCOUNT);
  }

  void putAccount(String appid, String account) throws Exception {
    Answer answer = put("/_sim/accounts/" + appid, account);
    if (answer.status() != 200) {
      throw new AssertionError("account not taken: " + answer.text());
    }
  }

  /** Replaces {@link #APPID}'s followers and tags; it has the usual template. */
  void putFollowers(String followers, String tags) throws Exception {
    putAccount(
        APPID,
        """
        {"secret":"%s","templates":[{"template_id":"%s","content":"{{thing1.DATA}}"}],
         "followers":%s,"tags":%s}
        """
            .formatted(SECRET, TEMPLATE, followers, tags));
  }

  void changeFollowers(String change) throws Exception {
    Answer answer = post("/_sim/accounts/" + APPID + "/followers", change);
    if (answer.status() != 200) {
      throw new AssertionError("followers not changed: " + answer.text());
    }
  }

  /** Lets the account be told there; in JSON without braces, such as {@code "mode":"safe"}. */
  void putCallback(String url, String more) throws Exception {
    Answer answer =
        put(
            "/_sim/accounts/" + APPID + "/callback",
            "{\"url\":\"%s\",\"token\":\"%s\",\"originalId\":\"%s\"%s}"
                .formatted(url, CALLBACK_TOKEN, ORIGINAL_ID, more.isEmpty() ? "" : "," + more));
    if (answer.status() != 204) {
      throw new AssertionError("callback not taken: " + answer.text());
    }
  }

  /** A follower writes or does this; the first conversation's id. */
  long write(String message) throws Exception {
    Answer answer = post("/_sim/accounts/" + APPID + "/messages", message);
    if (answer.status() != 200) {
      throw new AssertionError("message not taken: " + answer.text());
    }
    return answer.json().get("conversations").get(0).longValue();
  }

  /** How the conversation stands once it has ended. */
  JsonNode awaitEnd(long conversation) {
    return await("end of conversation " + conversation)
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> get("/_sim/conversations/" + conversation).json(),
            shown -> !shown.get("state").stringValue().equals("waiting"));
  }

  /** How a conversation of the follower {@code oA}'s ends. */
  String stateAfterWriting() throws Exception {
    return awaitEnd(write("{\"from\":\"oA\",\"text\":\"hi\"}")).get("state").stringValue();
  }

  /** What came of a conversation's tries. */
  static List<String> outcomes(JsonNode conversation) {
    List<String> outcomes = new ArrayList<>();
    conversation
        .get("attempts")
        .forEach(attempt -> outcomes.add(attempt.get("outcome").stringValue()));
    return outcomes;
  }

  JsonNode conversationCounts() throws Exception {
    return stats().get("callbacks").get("conversations");
  }

  void set(String settings) throws Exception {
    Answer answer = put("/_sim/settings", settings);
    if (answer.status() != 200) {
      throw new AssertionError("settings not taken: " + answer.text());
    }
  }

  void script(String faults) throws Exception {
    Answer answer = post("/_sim/faults", faults);
    if (answer.status() != 200) {
      throw new AssertionError("faults not taken: " + answer.text());
    }
  }

  JsonNode stats() throws Exception {
    return get("/_sim/stats").json();
  }

  Answer fetchToken() throws Exception {
    return get("/cgi-bin/token?grant_type=client_credential&appid=" + APPID + "&secret=" + SECRET);
  }

  Answer fetchStableToken(boolean forceRefresh) throws Exception {
    return fetchStableToken(APPID, forceRefresh);
  }

  Answer fetchStableToken(String appid, boolean forceRefresh) throws Exception {
    return post(
        "/cgi-bin/stable_token",
        """
        {"grant_type":"client_credential","appid":"%s","secret":"%s","force_refresh":%s}
        """
            .formatted(appid, SECRET, forceRefresh));
  }

  /** The account's stable token. */
  String token() throws Exception {
    return fetchStableToken(false).json().get("access_token").stringValue();
  }

  Answer send(String token, String body) throws Exception {
    return post(SEND + "?access_token=" + token, body);
  }

  CompletableFuture<Answer> sendAsync(String token, String body) {
    HttpRequest request =
        to(SEND + "?access_token=" + token).POST(BodyPublishers.ofString(body)).build();
    return client
        .sendAsync(request, BodyHandlers.ofString(StandardCharsets.UTF_8))
        .thenApply(RunningSimulator::read);
  }

  /** A correct send. */
  static String message(String openid, String clientMsgId) {
    return """
        {"touser":"%s","template_id":"%s","client_msg_id":"%s",
         "data":{"thing1":{"value":"耳机"},"amount2":{"value":"¥39.80","color":"#173177"}}}
        """
        .formatted(openid, TEMPLATE, clientMsgId);
  }

  /** A send whose first field says this. */
  static String messageAbout(String thing) {
    return message("oA", "m-about").replace("耳机", thing);
  }

  Answer get(String path) throws IOException, InterruptedException {
    return exchange(to(path).GET().build());
  }

  Answer post(String path, String body) throws IOException, InterruptedException {
    return exchange(to(path).POST(BodyPublishers.ofString(body)).build());
  }

  Answer put(String path, String body) throws IOException, InterruptedException {
    return exchange(to(path).PUT(BodyPublishers.ofString(body)).build());
  }

  Answer delete(String path) throws IOException, InterruptedException {
    return exchange(to(path).DELETE().build());
  }

  HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(address() + path));
  }

  Answer exchange(HttpRequest request) throws IOException, InterruptedException {
    return read(client.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8)));
  }

  String address() {
    return "http://127.0.0.1:" + simulator.port();
  }

  int port() {
    return simulator.port();
  }

  private static Answer read(HttpResponse<String> response) {
    return new Answer(
        response.statusCode(),
        response.headers().firstValue("Content-Type").orElse(""),
        response.body());
  }

  @Override
  public void close() {
    client.close();
    simulator.close();
  }
}
