package io.hongyan.simulator;

import static io.hongyan.simulator.RunningSimulator.AES_KEY;
import static io.hongyan.simulator.RunningSimulator.APPID;
import static io.hongyan.simulator.RunningSimulator.CALLBACK_TOKEN;
import static io.hongyan.simulator.RunningSimulator.ORIGINAL_ID;
import static io.hongyan.simulator.RunningSimulator.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.simulator.AccountServer.Answer;
import io.hongyan.simulator.AccountServer.Request;
import io.hongyan.test.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import me.chanjar.weixin.common.util.crypto.SHA1;
import me.chanjar.weixin.mp.bean.message.WxMpXmlMessage;
import me.chanjar.weixin.mp.config.impl.WxMpDefaultConfigImpl;
import me.chanjar.weixin.mp.util.crypto.WxMpCryptUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReceiptsTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Pattern MSGID = Pattern.compile("<MsgID>([0-9]+)</MsgID>");

  private RunningSimulator simulator;
  private String token;
  private AccountServer account;

  @BeforeEach
  void start() throws Exception {
    simulator = RunningSimulator.start(new SettableClock(Instant.parse("2026-11-22T01:00:00Z")));
    token = simulator.token();
    account = AccountServer.start();
  }

  @AfterEach
  void stop() {
    simulator.close();
    account.close();
  }

  @Test
  void postsOneForEachMessageAcceptedAndNoneForARepeat() throws Exception {
    tell("");
    simulator.set("{\"callbacksAtOnce\":1}");

    long msgid = send("m1");
    assertThat(send("m1")).isEqualTo(msgid);
    simulator.send(token, message("oLeft", "m2"));
    send("m3");

    awaitAnswered(2);
    assertThat(account.requests()).hasSize(2);
    Request first = account.requests().getFirst();
    assertThat(first.method()).isEqualTo("POST");
    assertThat(first.parameter("signature"))
        .isEqualTo(
            SHA1.gen(CALLBACK_TOKEN, first.parameter("timestamp"), first.parameter("nonce")));
    assertThat(first.parameter("openid")).isEqualTo("oA");
    assertThat(first.query()).doesNotContainKeys("encrypt_type", "msg_signature");
    WxMpXmlMessage receipt = WxMpXmlMessage.fromXml(first.body());
    assertThat(receipt.getEvent()).isEqualTo("TEMPLATESENDJOBFINISH");
    assertThat(receipt.getMsgId()).isEqualTo(msgid);
    assertThat(receipt.getStatus()).isEqualTo("success");
    assertThat(receipt.getFromUser()).isEqualTo("oA");
    assertThat(receipt.getToUser()).isEqualTo(ORIGINAL_ID);
    assertThat(receipt.getCreateTime()).isEqualTo(1795309200L);
    assertThat(receiptCounts().toString())
        .startsWith(
            "{\"posted\":2,\"answered\":2,\"retried\":0,\"lost\":0,\"waiting\":0,"
                + "\"undelivered\":0,\"withoutMsgid\":0,");
    assertThat(receiptCounts().get("p99Ms").doubleValue()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"safe", "compatible"})
  void encryptsSoThatWxJavaCanReadIt(String mode) throws Exception {
    tell("\"mode\":\"%s\",%s".formatted(mode, aesKey()));

    long msgid = send("m1");

    awaitAnswered(1);
    Request post = account.requests().getFirst();
    assertThat(post.parameter("encrypt_type")).isEqualTo("aes");
    WxMpXmlMessage receipt =
        WxMpXmlMessage.fromEncryptedXml(
            post.body(),
            wxJava(),
            post.parameter("timestamp"),
            post.parameter("nonce"),
            post.parameter("msg_signature"));
    assertThat(receipt.getMsgId()).isEqualTo(msgid);
    assertThat(receipt.getEvent()).isEqualTo("TEMPLATESENDJOBFINISH");
    assertThat(post.body().contains("<Status>")).isEqualTo(mode.equals("compatible"));
  }

  @Test
  void writesJson() throws Exception {
    tell("\"format\":\"json\"");

    long msgid = send("m1");

    awaitAnswered(1);
    assertThat(account.requests().getFirst().body())
        .isEqualTo(
            "{\"ToUserName\":\"%s\",\"FromUserName\":\"oA\",\"CreateTime\":1795309200,"
                    .formatted(ORIGINAL_ID)
                + "\"MsgType\":\"event\",\"Event\":\"TEMPLATESENDJOBFINISH\",\"MsgID\":%d,\"Status\":\"success\"}"
                    .formatted(msgid));
  }

  @Test
  void encryptsJson() throws Exception {
    tell("\"format\":\"json\",\"mode\":\"safe\",%s".formatted(aesKey()));

    long msgid = send("m1");

    awaitAnswered(1);
    Request post = account.requests().getFirst();
    JsonNode body = JsonMapper.shared().readTree(post.body());
    String encrypted = body.get("Encrypt").stringValue();
    assertThat(body.propertyNames()).containsExactly("ToUserName", "Encrypt");
    assertThat(post.parameter("msg_signature"))
        .isEqualTo(
            SHA1.gen(
                CALLBACK_TOKEN, post.parameter("timestamp"), post.parameter("nonce"), encrypted));
    JsonNode receipt = JsonMapper.shared().readTree(new WxMpCryptUtil(wxJava()).decrypt(encrypted));
    assertThat(receipt.get("MsgID").longValue()).isEqualTo(msgid);
  }

  @Test
  void saysWhatBecameOfTheMessagesByShare() throws Exception {
    tell("");
    simulator.set(
        "{\"userBlockShare\":0.2,\"systemFailedShare\":0.1,\"receiptMsgidZeroShare\":0.5}");

    sendMany(2_000);

    awaitAnswered(2_000);
    List<String> bodies = account.requests().stream().map(Request::body).toList();
    assertThat(bodies.stream().filter(body -> body.contains("[failed:user block]")).count())
        .isBetween(320L, 480L);
    assertThat(bodies.stream().filter(body -> body.contains("[failed: system failed]")).count())
        .isBetween(140L, 260L);
    long failed = bodies.stream().filter(body -> body.contains("failed")).count();
    long withoutMsgid = bodies.stream().filter(body -> body.contains("<MsgID>0<")).count();
    assertThat(withoutMsgid).isBetween(900L, 1_100L);
    assertThat(receiptCounts().get("undelivered").longValue()).isEqualTo(failed);
    assertThat(receiptCounts().get("withoutMsgid").longValue()).isEqualTo(withoutMsgid);
  }

  @Test
  void comeInTheOrderOfTheMessages() throws Exception {
    tell("");
    simulator.set("{\"callbacksAtOnce\":1}");
    List<Long> sent = new ArrayList<>();

    for (int i = 0; i < 500; i++) {
      sent.add(send("m" + i));
    }

    awaitAnswered(500);
    assertThat(msgids()).isEqualTo(sent);
  }

  @Test
  void comeInAnyOrderWhenShuffled() throws Exception {
    tell("");
    simulator.set("{\"callbacksAtOnce\":1,\"receiptsInOrder\":false}");

    // So few that also a busy machine takes them all in a part of the time in which they are mixed.
    sendMany(500);

    awaitAnswered(500);
    List<Long> came = msgids();
    List<Long> sorted = came.stream().sorted().toList();
    assertThat(new HashSet<>(came)).hasSize(500);
    double moved = 0;
    for (int i = 0; i < came.size(); i++) {
      moved += Math.abs(i - sorted.indexOf(came.get(i)));
    }
    // A shuffle of all of them moves each by a third of their number on average.
    assertThat(moved / came.size()).isGreaterThan(75);
  }

  @Test
  void eachCopyIsPostedAsItsOwn() throws Exception {
    tell("");
    simulator.set("{\"receiptCopies\":2}");

    long msgid = send("m1");

    awaitAnswered(2);
    assertThat(msgids()).containsExactly(msgid, msgid);
    assertThat(account.requests().get(0).parameter("nonce"))
        .isNotEqualTo(account.requests().get(1).parameter("nonce"));
  }

  @Test
  void areNotMadeWithoutACallbackOrWhenSwitchedOff() throws Exception {
    send("m1");
    tell("");
    simulator.set("{\"receipts\":false}");
    send("m2");
    simulator.set("{\"receipts\":true}");

    long msgid = send("m3");

    awaitAnswered(1);
    assertThat(msgids()).containsExactly(msgid);
    assertThat(simulator.delete("/_sim/accounts/" + APPID + "/callback").status()).isEqualTo(204);
    send("m4");
    assertThat(receiptCounts().get("posted").intValue()).isEqualTo(1);
    assertThat(receiptCounts().get("waiting").intValue()).isZero();
  }

  @Test
  void areTriedAgainAsTheSameRequest() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    CountDownLatch over = new CountDownLatch(1);
    tell("\"mode\":\"safe\"," + aesKey());
    account.say(
        request ->
            switch (asked.incrementAndGet()) {
              case 1 -> new Answer(503, "");
              case 2 -> {
                over.await();
                yield Answer.SUCCESS;
              }
              default -> Answer.SUCCESS;
            });
    simulator.set("{\"callbackTimeoutMs\":1000}");

    long msgid = send("m1");

    awaitAnswered(1);
    over.countDown();
    List<Request> tries = account.requests();
    assertThat(tries).hasSize(3);
    assertThat(tries).extracting(request -> request.parameter("nonce")).containsOnly(nonce(tries));
    assertThat(tries)
        .extracting(request -> request.parameter("timestamp"))
        .containsOnly(tries.getFirst().parameter("timestamp"));
    for (Request post : tries) {
      assertThat(
              WxMpXmlMessage.fromEncryptedXml(
                      post.body(),
                      wxJava(),
                      post.parameter("timestamp"),
                      post.parameter("nonce"),
                      post.parameter("msg_signature"))
                  .getMsgId())
          .isEqualTo(msgid);
    }
    assertThat(receiptCounts().get("posted").intValue()).isEqualTo(1);
    assertThat(receiptCounts().get("retried").intValue()).isEqualTo(2);
  }

  @Test
  void areLostAfterTheLastTry() throws Exception {
    tell("");
    account.say(request -> Answer.CUT);
    simulator.set("{\"callbackTimeoutMs\":500}");

    send("m1");

    await().atMost(LIMIT).until(() -> receiptCounts().get("lost").intValue() == 1);
    assertThat(account.requests()).hasSize(3);
    assertThat(receiptCounts().get("answered").intValue()).isZero();
    assertThat(receiptCounts().get("retried").intValue()).isEqualTo(2);
  }

  @Test
  void areLostWhenNobodyListensAndPostedWhenSomebodyDoesAgain() throws Exception {
    tell("");
    send("m1");
    awaitAnswered(1);
    account.close();
    simulator.set("{\"callbackTimeoutMs\":20}");
    send("m2");
    await().atMost(LIMIT).until(() -> receiptCounts().get("lost").intValue() == 1);

    // That one was to be lost; the next is to be answered, however busy the machine is.
    simulator.set("{\"callbackTimeoutMs\":5000}");
    try (AccountServer again = AccountServer.startOn(account.port())) {
      send("m3");

      awaitAnswered(2);
      assertThat(again.requests()).hasSize(1);
    }
  }

  @Test
  void noMoreAreUnderWayThanTheSettingAllows() throws Exception {
    CountDownLatch seven = new CountDownLatch(7);
    tell("");
    account.say(
        request -> {
          seven.countDown();
          seven.await();
          return Answer.SUCCESS;
        });
    simulator.set("{\"callbacksAtOnce\":7}");

    sendMany(300);

    awaitAnswered(300);
    assertThat(account.mostAtOnce()).isEqualTo(7);
  }

  @Test
  void comeWhenTheJobHasFinished() throws Exception {
    tell("");
    simulator.set("{\"receiptDelayMs\":300000}");
    send("late");
    simulator.set("{\"receiptDelayMs\":0}");

    long msgid = send("m1");

    awaitAnswered(1);
    assertThat(msgids()).containsExactly(msgid);
    assertThat(receiptCounts().get("waiting").intValue()).isEqualTo(1);
    simulator.set("{\"receiptDelayMs\":2000}");
    send("m2");
    awaitAnswered(2);
    assertThat(account.requests().getLast().body()).contains("<CreateTime>1795309202<");
  }

  @Test
  void resetForgetsThoseThatWait() throws Exception {
    tell("");
    simulator.set("{\"receiptDelayMs\":2000}");
    send("m1");

    simulator.post("/_sim/reset", "");

    assertThat(receiptCounts().get("waiting").intValue()).isZero();
    long msgid = send("m2");
    awaitAnswered(1);
    // Due after the one that is forgotten.
    simulator.set("{\"receiptDelayMs\":2000}");
    long after = send("m3");
    awaitAnswered(2);
    assertThat(msgids()).containsExactly(msgid, after);
  }

  private void tell(String callback) throws Exception {
    simulator.putCallback(account.url(), callback);
  }

  private long send(String clientMsgId) throws Exception {
    return simulator.send(token, message("oA", clientMsgId)).json().get("msgid").longValue();
  }

  private void sendMany(int count) {
    List<CompletableFuture<RunningSimulator.Answer>> sends = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sends.add(simulator.sendAsync(token, message("o" + i, "m" + i)));
      if (sends.size() == 20) {
        sends.forEach(CompletableFuture::join);
        sends.clear();
      }
    }
    sends.forEach(CompletableFuture::join);
  }

  private void awaitAnswered(int count) {
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> receiptCounts().get("answered").intValue() >= count);
  }

  private JsonNode receiptCounts() throws Exception {
    return simulator.stats().get("callbacks").get("receipts");
  }

  private List<Long> msgids() {
    List<Long> msgids = new ArrayList<>();
    for (Request request : account.requests()) {
      Matcher msgid = MSGID.matcher(request.body());
      assertThat(msgid.find()).isTrue();
      msgids.add(Long.parseLong(msgid.group(1)));
    }
    return msgids;
  }

  private static String nonce(List<Request> requests) {
    Set<String> nonces = new HashSet<>();
    requests.forEach(request -> nonces.add(request.parameter("nonce")));
    assertThat(nonces).hasSize(1);
    return nonces.iterator().next();
  }

  private static String aesKey() {
    return "\"encodingAesKey\":\"" + AES_KEY + "\"";
  }

  private static WxMpDefaultConfigImpl wxJava() {
    WxMpDefaultConfigImpl config = new WxMpDefaultConfigImpl();
    config.setAppId(APPID);
    config.setToken(CALLBACK_TOKEN);
    config.setAesKey(AES_KEY);
    return config;
  }
}
