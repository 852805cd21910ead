package io.hongyan.simulator;

import static io.hongyan.simulator.AccountServer.REPLY;
import static io.hongyan.simulator.RunningSimulator.APPID;
import static io.hongyan.simulator.RunningSimulator.CALLBACK_TOKEN;
import static io.hongyan.simulator.RunningSimulator.ORIGINAL_ID;
import static io.hongyan.simulator.RunningSimulator.outcomes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.simulator.AccountServer.Answer;
import io.hongyan.simulator.AccountServer.Request;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import me.chanjar.weixin.mp.bean.message.WxMpXmlMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What followers write and do, and when and where it is posted. */
class ConversationsTest {

  private RunningSimulator simulator;
  private AccountServer account;

  @BeforeEach
  void start() throws Exception {
    simulator = RunningSimulator.start(Clock.systemUTC());
    account = AccountServer.start();
    simulator.putCallback(account.url(), "");
  }

  @AfterEach
  void stop() {
    simulator.close();
    account.close();
  }

  @Test
  void theSecondTryComesWhenTheTimeIsOver() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    CountDownLatch over = new CountDownLatch(1);
    account.say(
        request -> {
          if (tries.incrementAndGet() == 1) {
            over.await();
          }
          return new Answer(200, REPLY);
        });
    simulator.set("{\"callbackTimeoutMs\":1500}");

    JsonNode ended = simulator.awaitEnd(simulator.write("{\"from\":\"oA\",\"text\":\"hi\"}"));

    over.countDown();
    assertThat(ended.get("answeredOnTry").intValue()).isEqualTo(2);
    assertThat(outcomes(ended)).containsExactly("timeout", "answered");
    assertThat(millisBetweenTries(ended)).allMatch(millis -> millis >= 1_495);
    assertThat(ended.get("tookMs").longValue()).isGreaterThanOrEqualTo(1_495);
    assertThat(account.requests()).hasSize(2);
    assertThat(account.requests().get(1)).isEqualTo(account.requests().get(0));
  }

  @Test
  void silentAfterThreeTriesThatComeInEvenIntervalsWhateverEndsThem() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    account.say(
        request ->
            switch (tries.incrementAndGet()) {
              case 1 -> Answer.CUT;
              case 2 -> new Answer(503, "");
              default -> new Answer(200, "{\"not\":\"xml\"}");
            });
    simulator.set("{\"callbackTimeoutMs\":1500}");

    JsonNode ended = simulator.awaitEnd(simulator.write("{\"from\":\"oA\",\"text\":\"hi\"}"));

    assertThat(ended.get("state").stringValue()).isEqualTo("silent");
    assertThat(ended.get("answeredOnTry").isNull()).isTrue();
    assertThat(outcomes(ended)).containsExactly("closed", "bad", "bad");
    assertThat(ended.get("attempts").get(1).get("status").intValue()).isEqualTo(503);
    assertThat(ended.get("attempts").get(1).get("problem").stringValue()).isEqualTo("status 503");
    assertThat(millisBetweenTries(ended)).allMatch(millis -> millis >= 1_495);
    assertThat(simulator.conversationCounts().get("silent").intValue()).isEqualTo(1);
  }

  @Test
  void eventsArePostedAsTheyAre() throws Exception {
    simulator.awaitEnd(
        simulator.write("{\"from\":\"oA\",\"event\":\"CLICK\",\"eventKey\":\"MENU_1\"}"));

    WxMpXmlMessage posted = WxMpXmlMessage.fromXml(account.requests().getFirst().body());
    assertThat(posted.getMsgType()).isEqualTo("event");
    assertThat(posted.getEvent()).isEqualTo("CLICK");
    assertThat(posted.getEventKey()).isEqualTo("MENU_1");
    assertThat(posted.getMsgId()).isNull();
  }

  @Test
  void whoFollowsOrLeavesIsToldToTheAccount() throws Exception {
    simulator.putFollowers("[\"oA\",\"oB\"]", "null");
    simulator.putCallback(account.url(), "");

    simulator.changeFollowers(
        "{\"subscribe\":[\"oA\",\"oNew\"],\"unsubscribe\":[\"oB\",\"oStranger\"]}");

    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> simulator.conversationCounts().get("answered").intValue() == 2);
    assertThat(account.requests())
        .extracting(
            request -> {
              WxMpXmlMessage event = WxMpXmlMessage.fromXml(request.body());
              return event.getEvent() + " " + event.getFromUser();
            })
        .containsExactlyInAnyOrder("unsubscribe oB", "subscribe oNew");
  }

  @Test
  void manyWhoFollowAtOnceDoNotComeAllAtOnce() throws Exception {
    simulator.set("{\"callbacksAtOnce\":5}");
    CountDownLatch five = new CountDownLatch(5);
    account.say(
        request -> {
          five.countDown();
          five.await();
          return Answer.SUCCESS;
        });
    List<String> people = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      people.add("\"x%d\"".formatted(i));
    }

    simulator.changeFollowers("{\"subscribe\":[%s]}".formatted(String.join(",", people)));

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> simulator.conversationCounts().get("answered").intValue() == 200);
    assertThat(account.mostAtOnce()).isEqualTo(5);
  }

  @Test
  void aThousandPeopleWriteAtOnceAndEachWaitsForHisAnswer() throws Exception {
    simulator.set("{\"callbackTimeoutMs\":60000,\"callbacksAtOnce\":1}");
    CountDownLatch hundred = new CountDownLatch(100);
    account.say(
        request -> {
          hundred.countDown();
          hundred.await();
          return new Answer(200, REPLY);
        });

    simulator.write("{\"from\":\"oA\",\"text\":\"hi\",\"count\":1000}");

    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> simulator.conversationCounts().get("answered").intValue() == 1_000);
    assertThat(account.requests())
        .extracting(request -> WxMpXmlMessage.fromXml(request.body()).getMsgId())
        .doesNotHaveDuplicates();
  }

  @Test
  void eachTryGoesToTheNextAddressAndPastThoseWhereNobodyListens() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    AccountServer.Behaviour refuseFirst =
        request -> tries.incrementAndGet() == 1 ? new Answer(500, "") : new Answer(200, REPLY);
    account.say(refuseFirst);
    simulator.set("{\"callbackTimeoutMs\":1500}");
    try (AccountServer other = AccountServer.start()) {
      other.say(refuseFirst);
      putCallbacks(account.url(), other.url());

      assertThat(simulator.stateAfterWriting()).isEqualTo("answered");

      assertThat(account.requests()).hasSize(1);
      assertThat(other.requests()).hasSize(1);
    }
    for (int i = 0; i < 4; i++) {
      JsonNode ended = simulator.awaitEnd(simulator.write("{\"from\":\"oA\",\"text\":\"hi\"}"));
      assertThat(outcomes(ended)).containsExactly("answered");
    }
  }

  @Test
  void theFirstTriesGoToEachAddressInTurn() throws Exception {
    try (AccountServer other = AccountServer.start()) {
      putCallbacks(account.url(), other.url());

      simulator.write("{\"from\":\"oA\",\"text\":\"hi\",\"count\":100}");

      await().until(() -> simulator.conversationCounts().get("answered").intValue() == 100);
      assertThat(account.requests()).hasSize(50);
      assertThat(other.requests()).hasSize(50);
    }
  }

  @Test
  void areListedInTheOrderInWhichTheyBegan() throws Exception {
    long first = simulator.write("{\"from\":\"oA\",\"text\":\"hi\",\"count\":5}");

    JsonNode page = simulator.get("/_sim/conversations?limit=3").json();
    JsonNode rest = simulator.get("/_sim/conversations?after=" + page.get("next")).json();

    assertThat(page.get("conversations").size()).isEqualTo(3);
    assertThat(page.get("conversations").get(0).get("id").longValue()).isEqualTo(first);
    assertThat(rest.get("conversations").size()).isEqualTo(2);
    assertThat(rest.get("next").isNull()).isTrue();
  }

  @Test
  void resetForgetsThemAndTriesNoMore() throws Exception {
    account.say(request -> new Answer(503, ""));
    simulator.set("{\"callbackTimeoutMs\":2000}");
    long id = simulator.write("{\"from\":\"oA\",\"text\":\"hi\"}");
    await().until(() -> account.requests().size() == 1);

    simulator.post("/_sim/reset", "");

    assertThat(simulator.get("/_sim/conversations/" + id).status()).isEqualTo(404);
    assertThat(simulator.conversationCounts().toString())
        .isEqualTo("{\"started\":0,\"answered\":0,\"silent\":0}");
    AtomicInteger triesOfTheOther = new AtomicInteger();
    account.say(
        request ->
            openid(request).equals("oB") && triesOfTheOther.incrementAndGet() == 1
                ? new Answer(503, "")
                : Answer.SUCCESS);
    // Its second try comes after the one that is forgotten would have come.
    simulator.set("{\"callbackTimeoutMs\":2000}");
    long later = simulator.write("{\"from\":\"oB\",\"text\":\"hi\"}");
    assertThat(later).isGreaterThan(id);
    simulator.awaitEnd(later);
    assertThat(account.requests()).filteredOn(request -> openid(request).equals("oA")).hasSize(1);
  }

  @Test
  void anAccountWithoutACallbackCannotBeWrittenTo() throws Exception {
    simulator.put("/_sim/accounts/" + APPID + "/callback", "null");

    assertThat(
            simulator
                .post("/_sim/accounts/" + APPID + "/messages", "{\"from\":\"oA\",\"text\":\"hi\"}")
                .status())
        .isEqualTo(404);
    assertThat(simulator.post("/_sim/accounts/" + APPID + "/callback/verify", "").status())
        .isEqualTo(404);
  }

  @Test
  void asksWhetherTheAddressIsRight() throws Exception {
    account.say(request -> new Answer(200, request.parameter("echostr")));
    assertThat(verify()).isEqualTo("{\"ok\":true}");
    Request question = account.requests().getFirst();
    assertThat(question.method()).isEqualTo("GET");
    assertThat(question.parameter("signature"))
        .isEqualTo(
            me.chanjar.weixin.common.util.crypto.SHA1.gen(
                CALLBACK_TOKEN, question.parameter("timestamp"), question.parameter("nonce")));

    account.say(request -> new Answer(200, request.parameter("echostr") + "\n"));
    assertThat(verify()).startsWith("{\"ok\":false,\"status\":200,");
    account.say(request -> new Answer(403, ""));
    assertThat(verify()).isEqualTo("{\"ok\":false,\"status\":403,\"answer\":\"\"}");
    account.close();
    assertThat(verify()).isEqualTo("{\"ok\":false,\"status\":0,\"answer\":\"\"}");
  }

  private String verify() throws Exception {
    return simulator.post("/_sim/accounts/" + APPID + "/callback/verify", "").text();
  }

  private void putCallbacks(String first, String second) throws Exception {
    assertThat(
            simulator
                .put(
                    "/_sim/accounts/" + APPID + "/callback",
                    "{\"urls\":[\"%s\",\"%s\"],\"token\":\"%s\",\"originalId\":\"%s\"}"
                        .formatted(first, second, CALLBACK_TOKEN, ORIGINAL_ID))
                .status())
        .isEqualTo(204);
  }

  private static String openid(Request request) {
    return request.parameter("openid");
  }

  private static List<Long> millisBetweenTries(JsonNode conversation) {
    List<Long> intervals = new ArrayList<>();
    JsonNode attempts = conversation.get("attempts");
    for (int i = 1; i < attempts.size(); i++) {
      intervals.add(
          attempts.get(i).get("sentAt").longValue()
              - attempts.get(i - 1).get("sentAt").longValue());
    }
    return intervals;
  }
}
