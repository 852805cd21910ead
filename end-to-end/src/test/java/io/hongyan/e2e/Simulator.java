package io.hongyan.e2e;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
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
    http.call("PUT", "/_sim/settings", "{\"followersPerPage\":%d}".formatted(people))
        .expecting(200);
  }

  void setLatencyMillis(int millis) {
    http.call("PUT", "/_sim/settings", "{\"latencyMs\":%d}".formatted(millis)).expecting(200);
  }

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
