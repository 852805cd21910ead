package io.hongyan.e2e;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** The simulator's own controls: what it accepted, and how it shall behave. */
final class Simulator {

  /** WeChat's call for one template message. */
  static final String SEND_PATH = "/cgi-bin/message/template/send";

  private static final int PAGE = 10_000;

  private final HttpCalls http;

  Simulator(URI base) {
    this.http = new HttpCalls(base);
  }

  /** Forgets messages, counts, faults and settings. */
  void reset() {
    http.call("POST", "/_sim/reset", null).expecting(204);
  }

  /**
   * Makes the account known, or changes it.
   *
   * @param followers prefix of the openids that follow it; empty = everybody
   */
  void putAccount(TestAccount account, String followers) {
    http.call(
            "PUT",
            "/_sim/accounts/" + account.appId(),
            """
            {"secret":"%s","followers":{"prefix":"%s"},
             "templates":[{"template_id":"%s","title":"Paid","content":"%s"}]}
            """
                .formatted(
                    TestAccount.SECRET, followers, TestAccount.TEMPLATE, TestAccount.CONTENT))
        .expecting(200);
  }

  /**
   * Gives the account followers {@code <prefix>0000001 …}.
   *
   * @param every each so many-th has the tag {@code vip}
   */
  void putFollowers(TestAccount account, String prefix, int count, int every) {
    http.call(
            "PUT",
            "/_sim/accounts/" + account.appId(),
            """
            {"secret":"%s","followers":{"generated":{"prefix":"%s","count":%d}},
             "tags":[{"id":100,"name":"vip","every":%d}],
             "templates":[{"template_id":"%s","title":"Paid","content":"%s"}]}
            """
                .formatted(
                    TestAccount.SECRET,
                    prefix,
                    count,
                    every,
                    TestAccount.TEMPLATE,
                    TestAccount.CONTENT))
        .expecting(200);
  }

  void setFollowersPerPage(int people) {
    set("\"followersPerPage\":%d".formatted(people));
  }

  void setLatencyMillis(int millis) {
    set("\"latencyMs\":%d".formatted(millis));
  }

  /** Changes settings, in JSON without braces; the others stay. */
  void set(String settings) {
    http.call("PUT", "/_sim/settings", "{" + settings + "}").expecting(200);
  }

  /** Lets WeChat call the account there, in safe mode; several addresses are taken in turn. */
  void putCallback(TestAccount account, List<URI> urls) {
    http.call(
            "PUT",
            "/_sim/accounts/%s/callback".formatted(account.appId()),
            """
            {"urls":["%s"],"token":"%s","encodingAesKey":"%s","mode":"safe","originalId":"gh_e2e"}
            """
                .formatted(
                    urls.stream().map(URI::toString).collect(Collectors.joining("\",\"")),
                    TestAccount.CALLBACK_TOKEN,
                    TestAccount.CALLBACK_KEY))
        .expecting(204);
  }

  /** Whether every address answers WeChat's question as it should. */
  boolean verifiesCallback(TestAccount account) {
    return http.call("POST", "/_sim/accounts/%s/callback/verify".formatted(account.appId()), null)
        .expecting(200)
        .json()
        .get("ok")
        .asBoolean();
  }

  /** That many messages to the account begin at once, each a conversation of its own. */
  void write(TestAccount account, String from, String text, int count) {
    http.call(
            "POST",
            "/_sim/accounts/%s/messages".formatted(account.appId()),
            "{\"from\":\"%s\",\"text\":\"%s\",\"count\":%d}".formatted(from, text, count))
        .expecting(200);
  }

  /** Lets one person follow or leave; the account's callback is told. */
  void changeFollower(TestAccount account, String openid, boolean follows) {
    http.call(
            "POST",
            "/_sim/accounts/%s/followers".formatted(account.appId()),
            "{\"%s\":[\"%s\"]}".formatted(follows ? "subscribe" : "unsubscribe", openid))
        .expecting(200);
  }

  /** How receipts and conversations went. */
  JsonNode callbackStats() {
    return stats().get("callbacks");
  }

  /** Every conversation since the reset, in order. */
  List<Conversation> conversations() {
    List<Conversation> conversations = new ArrayList<>();
    JsonNode page = http.get("/_sim/conversations?limit=%d".formatted(PAGE)).expecting(200).json();
    for (JsonNode shown : page.get("conversations")) {
      List<String> outcomes = new ArrayList<>();
      shown.get("attempts").forEach(a -> outcomes.add(a.get("outcome").stringValue()));
      conversations.add(
          new Conversation(
              shown.get("state").stringValue(),
              shown.get("reply").path("content").asString(""),
              shown.get("tookMs").asLong(),
              outcomes));
    }
    return conversations;
  }

  /**
   * What came of a follower's message.
   *
   * @param reply the text he was shown; empty = none
   * @param outcomes of the tries, the last one's last
   */
  record Conversation(String state, String reply, long tookMillis, List<String> outcomes) {}

  /** Appends faults, as JSON. */
  void addFaults(String json) {
    http.call("POST", "/_sim/faults", json).expecting(200);
  }

  JsonNode stats() {
    return http.get("/_sim/stats").expecting(200).json();
  }

  /** Different client_msg_ids that were asked for, refused ones too. */
  int asked() {
    return stats().get("asked").asInt();
  }

  /** Repeats of a client_msg_id that were dropped, as WeChat does for 10 minutes. */
  int suppressed() {
    return stats().get("suppressed").asInt();
  }

  /** When the n-th message was accepted, from 1, by this machine's clock in milliseconds. */
  long acceptedAt(int number) {
    JsonNode page =
        http.get("/_sim/messages?limit=1&after=%d".formatted(number - 1)).expecting(200).json();
    return page.get("messages").get(0).get("at").asLong();
  }

  /** Every message that was accepted for good, in order. */
  List<Accepted> messages() {
    List<Accepted> messages = new ArrayList<>();
    JsonNode next;
    int after = 0;
    do {
      JsonNode page =
          http.get("/_sim/messages?limit=%d&after=%d".formatted(PAGE, after)).expecting(200).json();
      for (JsonNode message : page.get("messages")) {
        messages.add(
            new Accepted(message.get("clientMsgId").stringValue(), message.get("at").asLong()));
      }
      next = page.get("next");
      after = next.asInt(0);
    } while (!next.isNull());
    return messages;
  }

  /**
   * A message that the simulator took.
   *
   * @param atMillis when, by this machine's clock
   */
  record Accepted(String clientMsgId, long atMillis) {}
}
