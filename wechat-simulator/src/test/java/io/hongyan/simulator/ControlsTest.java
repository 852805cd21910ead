package io.hongyan.simulator;

import static io.hongyan.simulator.RunningSimulator.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hongyan.simulator.RunningSimulator.Answer;
import io.hongyan.test.SettableClock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ControlsTest {

  private RunningSimulator simulator;
  private String token;

  @BeforeEach
  void start() throws Exception {
    simulator = RunningSimulator.start(new SettableClock(Instant.parse("2026-11-22T01:00:00Z")));
    token = simulator.token();
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void saysThatItIsUp() throws Exception {
    Answer answer = simulator.get("/_sim/health");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("{\"status\":\"UP\"}");
  }

  @Test
  void settingsAreMerged() throws Exception {
    simulator.set("{\"latencyMs\":1,\"dailyLimit\":7}");

    JsonNode settings = simulator.put("/_sim/settings", "{\"jitterMs\":2}").json();

    assertThat(settings.toString())
        .isEqualTo(
            "{\"latencyMs\":1,\"jitterMs\":2,\"clientMsgIdWindowSeconds\":600,"
                + "\"tokenOverlapSeconds\":300,\"dailyLimit\":7,\"perMinuteLimit\":4200000,"
                + "\"followersPerPage\":10000,\"clearQuotaPerMonth\":10,"
                + "\"receipts\":true,\"receiptDelayMs\":0,\"receiptsInOrder\":true,"
                + "\"receiptCopies\":1,\"receiptMsgidZeroShare\":0.0,\"userBlockShare\":0.0,"
                + "\"systemFailedShare\":0.0,\"callbackTimeoutMs\":5000,\"callbackTries\":3,"
                + "\"callbacksAtOnce\":100}");
  }

  @Test
  void followersMayBeAListOrAllButAList() throws Exception {
    putFollowers("{\"list\":[\"oA\",\"oB\"]}");
    assertThat(errcodeOfSend("oB")).isZero();
    assertThat(errcodeOfSend("oC")).isEqualTo(43004);

    putFollowers("[\"oC\"]");
    assertThat(errcodeOfSend("oC")).isZero();
    assertThat(errcodeOfSend("oB")).isEqualTo(43004);

    putFollowers("{\"allBut\":[\"oA\"]}");
    assertThat(errcodeOfSend("xyz")).isZero();
    assertThat(errcodeOfSend("oA")).isEqualTo(43004);

    putFollowers("null");
    assertThat(errcodeOfSend("oA")).isZero();
  }

  @Test
  void generatedFollowersAreThePrefixAndSevenDigits() throws Exception {
    putFollowers("{\"generated\":{\"prefix\":\"oM\",\"count\":1000000}}");

    assertThat(errcodeOfSend("oM0000001")).isZero();
    assertThat(errcodeOfSend("oM1000000")).isZero();
    assertThat(errcodeOfSend("oM1000001")).isEqualTo(43004);
    assertThat(errcodeOfSend("oM0000000")).isEqualTo(43004);
    assertThat(errcodeOfSend("oM1")).isEqualTo(43004);
    assertThat(errcodeOfSend("oM000000a")).isEqualTo(43004);
  }

  @Test
  void saysWhatTheAccountHas() throws Exception {
    Answer answer =
        simulator.put(
            "/_sim/accounts/wx2",
            """
            {"secret":"s","templates":[{"template_id":"T","content":""}],
             "followers":{"generated":{"prefix":"oM","count":25}},
             "tags":[{"id":100,"name":"vip","every":10}]}
            """);

    assertThat(answer.text())
        .isEqualTo("{\"appid\":\"wx2\",\"templates\":1,\"listed\":25,\"tags\":1}");
  }

  @Test
  void whoFollowsMayChange() throws Exception {
    putFollowers("{\"generated\":{\"prefix\":\"oM\",\"count\":3}}");

    Answer changed =
        changeFollowers("{\"subscribe\":[\"oNew\",\"oM0000001\"],\"unsubscribe\":[\"oM0000002\"]}");

    assertThat(changed.text()).isEqualTo("{\"subscribed\":1,\"unsubscribed\":1,\"listed\":3}");
    assertThat(errcodeOfSend("oNew")).isZero();
    assertThat(errcodeOfSend("oM0000002")).isEqualTo(43004);

    changeFollowers("{\"subscribe\":[\"oM0000002\"],\"unsubscribe\":[\"oNew\"]}");
    assertThat(errcodeOfSend("oM0000002")).isZero();
    assertThat(errcodeOfSend("oNew")).isEqualTo(43004);
  }

  @Test
  void whoFollowsByARuleMayLeaveAndComeBack() throws Exception {
    putFollowers("{\"prefix\":\"o\",\"allBut\":[\"oB\"]}");

    changeFollowers("{\"subscribe\":[\"oB\",\"x\"],\"unsubscribe\":[\"oA\"]}");
    assertThat(errcodeOfSend("oB")).isZero();
    assertThat(errcodeOfSend("x")).isZero();
    assertThat(errcodeOfSend("oA")).isEqualTo(43004);
    assertThat(errcodeOfSend("oC")).isZero();

    changeFollowers("{\"subscribe\":[\"oA\"],\"unsubscribe\":[\"oB\"]}");
    assertThat(errcodeOfSend("oA")).isZero();
    assertThat(errcodeOfSend("oB")).isEqualTo(43004);

    changeFollowers("{\"unsubscribe\":[\"oA\"]}");
    assertThat(errcodeOfSend("oA")).isEqualTo(43004);
  }

  @Test
  void aBadChangeOfFollowersChangesNothing() throws Exception {
    putFollowers("[\"oA\"]");

    assertThat(changeFollowers("{\"subscribe\":[\"oB\"],\"unsubscribe\":[1]}").status())
        .isEqualTo(400);
    assertThat(changeFollowers("{\"subscribe\":[\"oA\"],\"unsubscribe\":[\"oA\"]}").status())
        .isEqualTo(400);
    assertThat(simulator.post("/_sim/accounts/wx9/followers", "{}").status()).isEqualTo(404);
    assertThat(simulator.post("/_sim/accounts/followers", "{}").status()).isEqualTo(404);

    assertThat(errcodeOfSend("oA")).isZero();
    assertThat(errcodeOfSend("oB")).isEqualTo(43004);
  }

  @Test
  void countsAnsweredCallsByPath() throws Exception {
    simulator.post("/_sim/reset", "");
    simulator.script(
        "[{\"path\":\"/cgi-bin/tags/create\",\"times\":1,\"fault\":{\"type\":\"close\"}}]");
    String withToken = "?access_token=" + token;

    simulator.get("/cgi-bin/user/get" + withToken);
    simulator.get("/cgi-bin/user/get");
    assertThatThrownBy(() -> simulator.post("/cgi-bin/tags/create" + withToken, "{}"))
        .isInstanceOf(IOException.class);
    simulator.get("/cgi-bin/nothing" + withToken);
    simulator.fetchToken();
    errcodeOfSend("oA");

    assertThat(simulator.stats().get("calls").toString())
        .isEqualTo("{\"/cgi-bin/token\":1,\"/cgi-bin/user/get\":2}");
  }

  @Test
  void resetKeepsWhoFollowsAndForgetsCallsAndClearings() throws Exception {
    putFollowers("[\"oA\"]");
    changeFollowers("{\"subscribe\":[\"oB\"]}");
    simulator.set("{\"clearQuotaPerMonth\":1}");
    String clear = "{\"appid\":\"" + RunningSimulator.APPID + "\"}";
    simulator.post("/cgi-bin/clear_quota?access_token=" + token, clear);

    simulator.post("/_sim/reset", "");

    assertThat(simulator.stats().get("calls").isEmpty()).isTrue();
    assertThat(errcodeOfSend("oB")).isZero();
    simulator.set("{\"clearQuotaPerMonth\":1}");
    assertThat(simulator.post("/cgi-bin/clear_quota?access_token=" + token, clear).errcode())
        .isZero();
  }

  @Test
  void takesALongListOfFollowersEvenInChunks() throws Exception {
    String followers =
        IntStream.range(0, 200_000)
            .mapToObj(i -> "\"o" + i + "\"")
            .collect(Collectors.joining(",", "[", "]"));
    byte[] account =
        """
        {"secret":"%s","templates":[{"template_id":"%s","content":"{{thing1.DATA}}"}],
         "followers":{"list":%s}}
        """
            .formatted(RunningSimulator.SECRET, RunningSimulator.TEMPLATE, followers)
            .getBytes(StandardCharsets.UTF_8);

    Answer answer =
        simulator.exchange(
            simulator
                .to("/_sim/accounts/" + RunningSimulator.APPID)
                .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(account)))
                .build());

    assertThat(answer.status()).isEqualTo(200);
    assertThat(errcodeOfSend("o199999")).isZero();
    assertThat(errcodeOfSend("o200000")).isEqualTo(43004);
  }

  @Test
  void statsBeginEmpty() throws Exception {
    simulator.post("/_sim/reset", "");

    assertThat(simulator.stats().toString())
        .isEqualTo(
            "{\"asked\":0,\"accepted\":0,\"distinct\":0,\"repeated\":0,\"suppressed\":0,"
                + "\"rejected\":{},\"tokenFetches\":{},\"calls\":{},\"maxConcurrent\":0,"
                + "\"callbacks\":{\"receipts\":{\"posted\":0,\"answered\":0,\"retried\":0,"
                + "\"lost\":0,\"waiting\":0,\"undelivered\":0,\"withoutMsgid\":0,"
                + "\"medianMs\":0.0,\"p99Ms\":0.0},"
                + "\"conversations\":{\"started\":0,\"answered\":0,\"silent\":0}}}");
  }

  @Test
  void resetForgetsWhatHappenedAndKeepsAccountsAndTokens() throws Exception {
    simulator.set("{\"dailyLimit\":1}");
    long before = msgidOfSend("m1");
    simulator.script("[{\"fault\":{\"type\":\"close\"}}]");

    assertThat(simulator.post("/_sim/reset", "").status()).isEqualTo(204);

    assertThat(simulator.stats().get("accepted").intValue()).isZero();
    assertThat(simulator.get("/_sim/messages").json().get("messages").isEmpty()).isTrue();
    assertThat(msgidOfSend("m1")).isGreaterThan(before);
    assertThat(msgidOfSend("m2")).isGreaterThan(before);
    assertThat(simulator.stats().get("suppressed").intValue()).isZero();
  }

  @Test
  void countsNoMoreSendsAtOnceThanTheCallerHadOpen() throws Exception {
    for (int i = 0; i < 500; i++) {
      simulator.send(token, message("oA", "m" + i));
    }

    assertThat(simulator.stats().get("maxConcurrent").intValue()).isEqualTo(1);
  }

  @Test
  void pagesThroughTheMessagesInTheirOrder() throws Exception {
    for (int i = 0; i < 600; i++) {
      simulator.send(token, message("o" + i % 3, "m" + i));
    }

    assertThat(idsOf("/_sim/messages?limit=7"))
        .isEqualTo(IntStream.range(0, 600).mapToObj(i -> "m" + i).toList());
    assertThat(idsOf("/_sim/messages?limit=200"))
        .isEqualTo(IntStream.range(0, 600).mapToObj(i -> "m" + i).toList());
    assertThat(idsOf("/_sim/messages?openid=o1&limit=13"))
        .isEqualTo(IntStream.range(0, 200).mapToObj(i -> "m" + (i * 3 + 1)).toList());
    assertThat(idsOf("/_sim/messages?clientMsgId=m599")).containsExactly("m599");
    assertThat(idsOf("/_sim/messages?clientMsgId=m599&openid=o0")).isEmpty();
    assertThat(idsOf("/_sim/messages?clientMsgId=none")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PUT  | settings     | {\"latencyMs\":-1}                                   | latencyMs",
        "PUT  | settings     | {\"latencyMs\":\"1\"}                                | latencyMs",
        "PUT  | settings     | {\"latencyMs\":1.5}                                  | latencyMs",
        "PUT  | settings     | {\"dailyLimit\":null}                                | dailyLimit",
        "PUT  | settings     | {\"latency\":1}                                      | latency",
        "PUT  | accounts/wx9 | {\"templates\":[]}                                   | secret",
        "PUT  | accounts/wx9 | {\"secret\":\"s\",\"templates\":[{\"content\":\"x\"}]} | templates[0].template_id",
        "PUT  | accounts/wx9 | {\"secret\":\"s\",\"followers\":{\"all\":1}}         | followers.all",
        "PUT  | accounts/wx9 | {\"secret\":\"s\",\"followers\":{\"list\":[1]}}      | followers.list[0]",
        "PUT  | settings     | {\"followersPerPage\":10001}                         | followersPerPage",
        "PUT  | settings     | {\"followersPerPage\":0}                             | followersPerPage",
        "PUT  | settings     | {\"clearQuotaPerMonth\":-1}                          | clearQuotaPerMonth",
        "PUT  | accounts/wx9 | {\"secret\":\"s\",\"followers\":{\"prefix\":\"o\",\"generated\":{}}} | followers.generated",
        "PUT  | accounts/wx9 | {\"secret\":\"s\",\"followers\":{\"generated\":{\"count\":1}}} | followers.generated.prefix",
        "PUT  | accounts/wx9 | {\"secret\":\"s\",\"followers\":{\"generated\":{\"prefix\":\"o\",\"count\":10000000}}} | followers.generated.count",
        "PUT  | accounts/wx9 | {\"secret\":\"s\",\"tags\":[{\"name\":\"a\"}]} | tags[0].id",
        "PUT  | accounts/wx9 | {\"secret\":\"s\",\"tags\":[{\"id\":1,\"name\":\"a\"},{\"id\":1,\"name\":\"b\"}]} | tags[1].id",
        "PUT  | accounts/wx9 | {\"secret\":\"s\",\"tags\":[{\"id\":1,\"name\":\"a\"},{\"id\":2,\"name\":\"a\"}]} | tags[1].name",
        "PUT  | accounts/wx9 | {\"secret\":\"s\",\"tags\":[{\"id\":1,\"name\":\"a\",\"every\":2}]} | tags[0].every",
        "PUT  | accounts/wx9 | {\"secret\":\"s\",\"followers\":[\"oA\"],\"tags\":[{\"id\":1,\"name\":\"a\",\"every\":1,\"openids\":[]}]} | tags[0].every",
        "PUT  | accounts/wx9 | {\"secret\":\"s\",\"followers\":[\"oA\"],\"tags\":[{\"id\":1,\"name\":\"a\",\"openids\":[\"oA\",\"oB\"]}]} | tags[0].openids[1]",
        "PUT  | accounts/wx9 | {\"secret\":\"s\",\"industry\":{\"industry_id1\":1}} | industry.industry_id2",
        "PUT  | accounts/wx9 | {\"secret\":\"s\",\"industry\":{\"industry_id1\":1,\"industry_id2\":42}} | industry.industry_id2",
        "PUT  | accounts/wx9 | {\"secret\":\"s\",\"industry\":{\"industry_id1\":4,\"industry_id2\":4}} | industry.industry_id2",
        "PUT  | settings     | {\"receiptCopies\":0}                                | receiptCopies",
        "PUT  | settings     | {\"userBlockShare\":1.1}                             | userBlockShare",
        "PUT  | settings     | {\"userBlockShare\":0.6,\"systemFailedShare\":0.5} | systemFailedShare",
        "PUT  | settings     | {\"callbackTimeoutMs\":0}                            | callbackTimeoutMs",
        "PUT  | settings     | {\"receipts\":1}                                     | receipts",
        "PUT  | accounts/wx9/callback | {\"token\":\"t\"}                          | url",
        "PUT  | accounts/wx9/callback | {\"token\":\"t\",\"url\":\"https://a/\"} | url",
        "PUT  | accounts/wx9/callback | {\"token\":\"t\",\"url\":\"http://a b/\"} | url",
        "PUT  | accounts/wx9/callback | {\"token\":\"t\",\"urls\":[\"http://a/\",\"b\"]} | urls[1]",
        "PUT  | accounts/wx9/callback | {\"token\":\"t\",\"url\":\"http://a/\",\"urls\":[]} | urls",
        "PUT  | accounts/wx9/callback | {\"url\":\"http://a/\"}                      | token",
        "PUT  | accounts/wx9/callback | {\"token\":\"t\",\"url\":\"http://a/\",\"mode\":\"safe\"} | encodingAesKey",
        "PUT  | accounts/wx9/callback | {\"token\":\"t\",\"url\":\"http://a/\",\"mode\":\"safe\",\"encodingAesKey\":\"abc\"} | encodingAesKey",
        "PUT  | accounts/wx9/callback | {\"token\":\"t\",\"url\":\"http://a/\",\"mode\":\"open\"} | mode",
        "PUT  | accounts/wx9/callback | {\"token\":\"t\",\"url\":\"http://a/\",\"format\":\"yaml\"} | format",
        "PUT  | accounts/wx9 | {\"secret\":\"s\",\"callback\":{\"url\":\"http://a/\"}} | callback.token",
        "POST | accounts/wx9/messages | {\"text\":\"hi\"}                           | from",
        "POST | accounts/wx9/messages | {\"from\":\"oA\"}                           | text",
        "POST | accounts/wx9/messages | {\"from\":\"oA\",\"type\":\"image\"}      | mediaId",
        "POST | accounts/wx9/messages | {\"from\":\"oA\",\"type\":\"voice\"}      | type",
        "POST | accounts/wx9/messages | {\"from\":\"oA\",\"text\":\"hi\",\"count\":0} | count",
        "GET  | conversations?after=-1 | x                                            | after",
        "POST | accounts/wx9/followers | {\"follow\":[]}                         | follow",
        "PUT  | accounts/    | {\"secret\":\"s\"}                                   | appid",
        "POST | faults       | [{\"fault\":{\"type\":\"explode\"}}]                 | [0].fault.type",
        "POST | faults       | [{\"fault\":{\"type\":\"errcode\"}}]                 | [0].fault.errcode",
        "POST | faults       | [{\"fault\":{\"type\":\"errcode\",\"errcode\":0}}]   | [0].fault.errcode",
        "POST | faults       | [{\"fault\":{\"type\":\"status\",\"status\":99}}]    | [0].fault.status",
        "POST | faults       | [{\"fault\":{\"type\":\"close\",\"accept\":1}}]      | [0].fault.accept",
        "POST | faults       | [{\"path\":\"send\",\"fault\":{\"type\":\"close\"}}] | [0].path",
        "POST | faults       | [{\"times\":0,\"fault\":{\"type\":\"close\"}}]       | [0].times",
        "POST | faults       | [{}]                                                 | [0].fault",
        "GET  | messages?limit=10001 | x                                            | limit",
        "GET  | messages?after=x     | x                                            | after",
      })
  void namesTheFieldOfABadCall(String method, String call, String body, String field)
      throws Exception {
    Answer answer =
        simulator.exchange(
            simulator
                .to("/_sim/" + call)
                .method(
                    method,
                    method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build());

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().get("field").stringValue()).isEqualTo(field);
    assertThat(answer.json().get("error").stringValue()).startsWith(field + " ");
  }

  @Test
  void refusesWhatIsNoJson() throws Exception {
    for (String body : List.of("", "{", "no")) {
      Answer answer = simulator.put("/_sim/settings", body);

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.json().get("error").stringValue()).startsWith("the body is");
    }
    assertThat(simulator.post("/_sim/faults", "{}").status()).isEqualTo(400);
  }

  @Test
  void aBadRuleLeavesTheScriptAsItWas() throws Exception {
    simulator.post("/_sim/faults", "[{\"fault\":{\"type\":\"close\"}},{\"fault\":{}}]");

    assertThat(simulator.fetchToken().status()).isEqualTo(200);
  }

  @Test
  void saysWhenAControlDoesNotExist() throws Exception {
    assertThat(simulator.get("/_sim/nothing").status()).isEqualTo(404);
    assertThat(simulator.post("/_sim/stats", "{}").status()).isEqualTo(404);
  }

  private void putFollowers(String followers) throws Exception {
    simulator.putFollowers(followers, "null");
  }

  private Answer changeFollowers(String change) throws Exception {
    return simulator.post("/_sim/accounts/" + RunningSimulator.APPID + "/followers", change);
  }

  private int errcodeOfSend(String openid) throws Exception {
    return simulator.send(token, message(openid, "m-" + openid)).errcode();
  }

  private long msgidOfSend(String clientMsgId) throws Exception {
    return simulator.send(token, message("oA", clientMsgId)).json().get("msgid").longValue();
  }

  private List<String> idsOf(String firstPage) throws Exception {
    List<String> ids = new ArrayList<>();
    JsonNode next;
    String page = firstPage;
    do {
      JsonNode reply = simulator.get(page).json();
      reply.get("messages").forEach(message -> ids.add(message.get("clientMsgId").stringValue()));
      next = reply.get("next");
      page = firstPage + "&after=" + next;
    } while (!next.isNull());
    return ids;
  }
}
