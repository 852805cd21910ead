package io.hongyan.gateway.callback;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import io.hongyan.common.callback.DeliveryReceipt;
import io.hongyan.common.message.Topology;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import io.hongyan.test.TestServers;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What WeChat and strangers get from the endpoint, against real servers. */
@ExtendWith(OutputCaptureExtension.class)
class CallbackIT {

  private final RunningGateway gateway = RunningGateway.shared();

  @Test
  void theAddressIsVerifiedAndTheEchoIsVerbatim() {
    WeChatSide weChat = WeChatSide.of(gateway, "cb-verify", "safe", "");

    Answer verified = weChat.verify(gateway, WeChatSide.signed(), "4375120948345356249");
    Answer odd = weChat.verify(gateway, WeChatSide.signed(), "<b>耳</b> \"1\"");
    Answer old =
        weChat.verify(gateway, WeChatSide.signed(Instant.now().minusSeconds(310), "n"), "1");
    Answer forged = weChat.verify(gateway, "signature=0&timestamp=1&nonce=1", "1");

    assertThat(verified.status()).isEqualTo(200);
    assertThat(verified.text()).isEqualTo("4375120948345356249");
    assertThat(odd.text()).isEqualTo("<b>耳</b> \"1\"");
    assertThat(odd.header("Content-Type")).contains("text/plain;charset=UTF-8");
    assertThat(odd.header("X-Content-Type-Options")).contains("nosniff");
    assertRefused(old);
    assertRefused(forged);
  }

  @Test
  void strangersGetAnEmpty403AndAreCounted(CapturedOutput output) {
    WeChatSide weChat = WeChatSide.of(gateway, "cb-stranger", "plain", "");
    double before = refused("unknown-account", "");
    String noise = "cb-nobody-" + UUID.randomUUID();

    Answer unknown =
        gateway.send(
            HttpRequest.newBuilder(gateway.uri("/wechat/%s/callback".formatted(noise)))
                .POST(BodyPublishers.ofString("<xml/>")));
    Answer unknownGet =
        gateway.send(HttpRequest.newBuilder(gateway.uri("/wechat/x%20y/callback?echostr=1")).GET());
    Answer unsigned = weChat.post(gateway, "", WeChatSide.text("oA", 1, "hi"));
    Answer forged =
        weChat.post(
            gateway,
            "signature=%s&timestamp=%d&nonce=1"
                .formatted("0".repeat(40), Instant.now().getEpochSecond()),
            WeChatSide.text("oA", 1, "hi"));

    for (Answer answer : List.of(unknown, unknownGet, unsigned, forged)) {
      assertRefused(answer);
    }
    assertThat(refused("unknown-account", "") - before).isEqualTo(2);
    assertThat(refused("query", "cb-stranger")).isEqualTo(1);
    assertThat(refused("signature", "cb-stranger")).isEqualTo(1);
    assertThat(output).as("anybody could fill the disk").doesNotContain(noise);
    assertThat(gateway.call(null, "GET", "/actuator/prometheus", null).text())
        .contains("hongyan_callback_refused_total{account=\"\",reason=\"unknown-account\"}")
        .doesNotContain(noise);
  }

  @Test
  void aTextIsAnsweredInPlain() throws Exception {
    WeChatSide weChat =
        WeChatSide.of(gateway, "cb-plain", "plain", "").rule(gateway, "hello", "你好");

    Answer answer = weChat.post(gateway, WeChatSide.signed(), WeChatSide.text("oA", 11, "hello"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).contains("application/xml;charset=UTF-8");
    assertThat(Fields.read(answer.text().getBytes(UTF_8)).values())
        .containsEntry("ToUserName", "oA")
        .containsEntry("FromUserName", "gh_1")
        .containsEntry("MsgType", "text")
        .containsEntry("Content", "你好");
  }

  @ParameterizedTest
  @ValueSource(strings = {"safe", "compatible"})
  void whatCameEncryptedIsAnsweredEncryptedInItsFormat(String mode) throws Exception {
    WeChatSide weChat = WeChatSide.of(gateway, "cb-" + mode, mode, "").rule(gateway, "hello", "你好");
    String json =
        "{\"ToUserName\":\"gh_1\",\"FromUserName\":\"oA\",\"CreateTime\":%d,\"MsgType\":\"text\",\"Content\":\"hello\",\"MsgId\":22}"
            .formatted(Instant.now().getEpochSecond());

    Answer xmlAnswer = weChat.postSafe(gateway, WeChatSide.text("oA", 21, "hello"));
    Answer jsonAnswer = weChat.postSafe(gateway, json);

    assertThat(xmlAnswer.text()).startsWith("<xml><Encrypt>");
    assertThat(weChat.open(xmlAnswer.text()).format()).isEqualTo(MessageFormat.XML);
    assertThat(weChat.open(xmlAnswer.text()).values()).containsEntry("Content", "你好");
    assertThat(jsonAnswer.text()).startsWith("{\"Encrypt\"");
    assertThat(jsonAnswer.header("Content-Type")).contains("application/json");
    assertThat(weChat.open(jsonAnswer.text()).format()).isEqualTo(MessageFormat.JSON);
    assertThat(weChat.open(jsonAnswer.text()).values()).containsEntry("Content", "你好");
  }

  @Test
  void whatHasNoAnswerIsTaken() {
    WeChatSide weChat = WeChatSide.of(gateway, "cb-nothing", "safe", "");

    Answer answer = weChat.postSafe(gateway, WeChatSide.text("oA", 31, "hello"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("success");
  }

  @Test
  void safeModeTakesNothingInPlain() {
    WeChatSide weChat = WeChatSide.of(gateway, "cb-strict", "safe", "");

    assertRefused(weChat.post(gateway, WeChatSide.signed(), WeChatSide.text("oA", 1, "hi")));
    assertThat(refused("not-encrypted", "cb-strict")).isEqualTo(1);
  }

  @Test
  void anotherAccountsMessageIsRefused() {
    WeChatSide weChat = WeChatSide.of(gateway, "cb-moved", "safe", "");
    gateway.admin(
        "PUT", "/v1/accounts/cb-moved", "{\"appId\":\"wx-other\",\"appSecret\":\"s3cret\"}");

    assertRefused(weChat.postSafe(gateway, WeChatSide.text("oA", 1, "hi")));
    assertThat(refused("encryption", "cb-moved")).isEqualTo(1);
  }

  @Test
  void anAccountThatIsDisabledOrPausedStillHears() {
    WeChatSide weChat =
        WeChatSide.of(gateway, "cb-disabled", "plain", "").rule(gateway, "hello", "you");
    gateway.admin(
        "PUT", "/v1/accounts/cb-disabled", "{\"appId\":\"wx-cb-disabled\",\"enabled\":false}");
    gateway.admin("POST", "/v1/accounts/cb-disabled/pause", null);

    assertThat(weChat.post(gateway, WeChatSide.signed(), WeChatSide.text("oA", 1, "hello")).text())
        .contains("you");
  }

  @Test
  void aNonceIsGoodForOneMessageAndItsRetries() {
    WeChatSide weChat =
        WeChatSide.of(gateway, "cb-nonce", "plain", "")
            .rule(gateway, "hello", "you")
            .rule(gateway, "money", "yours");
    String query = WeChatSide.signed();
    String message = WeChatSide.text("oA", 41, "hello");

    Answer first = weChat.post(gateway, query, message);
    Answer retry = weChat.post(gateway, query, message);
    Answer other = weChat.post(gateway, query, WeChatSide.text("oB", 42, "money"));
    weChat.post(gateway, WeChatSide.signed(), WeChatSide.text("oB", 43, "money"));
    Answer known = weChat.post(gateway, query, WeChatSide.text("oB", 43, "money"));

    assertThat(first.text()).contains("you");
    assertThat(retry.text()).contains("you");
    assertRefused(other);
    assertThat(refused("replay", "cb-nonce")).isEqualTo(1);
    assertThat(known.text()).as("a known message has its kept answer").contains("yours");
  }

  @Test
  void anOldTimestampIsGoodForKnownMessagesOnly() {
    WeChatSide weChat = WeChatSide.of(gateway, "cb-old", "plain", "").rule(gateway, "hello", "you");
    String message = WeChatSide.text("oA", 51, "hello");
    Instant old = Instant.now().minusSeconds(310);
    Instant early = Instant.now().plusSeconds(310);

    assertRefused(weChat.post(gateway, WeChatSide.signed(old, "a"), message));
    assertRefused(weChat.post(gateway, WeChatSide.signed(early, "b"), message));
    assertThat(refused("stale", "cb-old")).isEqualTo(2);
    weChat.post(gateway, WeChatSide.signed(), message);
    assertThat(weChat.post(gateway, WeChatSide.signed(old, "c"), message).text()).contains("you");
  }

  @Test
  void receiptsGoToTheQueueBeforeTheyAreAnswered() throws Exception {
    WeChatSide weChat = WeChatSide.of(gateway, "cb-receipt", "plain", "");
    String query = WeChatSide.signed();
    String receipt = WeChatSide.receipt("oR", 3_557_254_367_693_750_277L, "failed:user block");

    Answer taken = weChat.post(gateway, query, receipt);
    Answer again = weChat.post(gateway, query, receipt);
    Answer replayed = weChat.post(gateway, query, WeChatSide.receipt("oR", 2, "success"));
    Answer unknown =
        weChat.post(gateway, WeChatSide.signed(), WeChatSide.receipt("oR", 0, "success"));

    assertThat(List.of(taken.text(), again.text(), unknown.text())).containsOnly("success");
    assertRefused(replayed);
    assertThat(receipts("cb-receipt"))
        .extracting(DeliveryReceipt::openid, DeliveryReceipt::msgid, DeliveryReceipt::status)
        .containsExactly(
            tuple("oR", 3_557_254_367_693_750_277L, "failed:user block"),
            tuple("oR", 3_557_254_367_693_750_277L, "failed:user block"),
            tuple("oR", 0L, "success"));
  }

  @Test
  void anEncryptedReceiptsAddressIsGoodForNoPlainPost() {
    WeChatSide weChat =
        WeChatSide.of(gateway, "cb-borrowed", "compatible", "").rule(gateway, "money", "yours");
    Instant at = Instant.now();

    Answer receipt = weChat.postSafe(gateway, at, "seen", WeChatSide.receipt("oR", 7, "success"));
    Answer forged =
        weChat.post(gateway, WeChatSide.signed(at, "seen"), WeChatSide.text("oB", 61, "money"));

    assertThat(receipt.text()).isEqualTo("success");
    assertRefused(forged);
    assertThat(refused("replay", "cb-borrowed")).isEqualTo(1);
  }

  @Test
  void aBodyIsHeldToItsLimitWhetherItSaysItsLengthOrNot() {
    WeChatSide weChat =
        WeChatSide.of(gateway, "cb-large", "plain", "").rule(gateway, "hello", "you");
    String message = WeChatSide.text("oA", 61, "hello");
    String fits = message + " ".repeat(65_536 - message.length());
    byte[] tooLarge = (fits + " ").getBytes(UTF_8);

    Answer whole = weChat.post(gateway, WeChatSide.signed(), fits);
    Answer announced =
        weChat.send(gateway, WeChatSide.signed(), BodyPublishers.ofByteArray(tooLarge), "text/xml");
    Answer chunked =
        weChat.send(
            gateway,
            WeChatSide.signed(),
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(tooLarge)),
            "text/xml");

    assertThat(whole.text()).contains("you");
    assertThat(announced.status()).isEqualTo(413);
    assertThat(announced.text()).isEmpty();
    assertThat(chunked.status()).isEqualTo(413);
    assertThat(chunked.text()).isEmpty();
    assertThat(refused("too-large", "cb-large")).isEqualTo(2);
  }

  @Test
  void theFormThatABodyClaimsToHaveDoesNotMatter() {
    WeChatSide weChat =
        WeChatSide.of(gateway, "cb-type", "plain", "").rule(gateway, "hello", "you");

    Answer form =
        weChat.send(
            gateway,
            WeChatSide.signed(),
            BodyPublishers.ofString(WeChatSide.text("oA", 71, "hello")),
            "application/x-www-form-urlencoded");
    Answer none =
        gateway.send(
            HttpRequest.newBuilder(weChat.address(gateway, WeChatSide.signed()))
                .POST(BodyPublishers.ofString(WeChatSide.text("oA", 72, "hello"))));

    assertThat(form.text()).contains("you");
    assertThat(none.text()).contains("you");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "<xml><MsgType>text</MsgType></xml>",
        "<!DOCTYPE xml [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><xml><ToUserName>g</ToUserName><FromUserName>oA</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><Content>&x;</Content><MsgId>1</MsgId></xml>",
        "{\"MsgType\":\"text\"}",
        "[]"
      })
  void whatCannotBeReadIsRefused(String body) {
    WeChatSide weChat = WeChatSide.of(gateway, "cb-unreadable", "plain", "");

    assertRefused(weChat.post(gateway, WeChatSide.signed(), body));
  }

  private static void assertRefused(Answer answer) {
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).isEmpty();
  }

  private double refused(String reason, String account) {
    @Nullable Counter counter =
        gateway
            .bean(MeterRegistry.class)
            .find("hongyan.callback.refused")
            .tags("reason", reason, "account", account)
            .counter();
    return counter == null ? 0 : counter.count();
  }

  private static List<DeliveryReceipt> receipts(String account) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(TestServers.get().rabbitUrl());
    List<DeliveryReceipt> receipts = new ArrayList<>();
    try (Connection connection = factory.newConnection();
        Channel channel = connection.createChannel()) {
      for (GetResponse next = channel.basicGet(Topology.RECEIPTS, true);
          next != null;
          next = channel.basicGet(Topology.RECEIPTS, true)) {
        DeliveryReceipt receipt = DeliveryReceipt.decode(next.getBody());
        if (receipt.account().equals(account)) {
          receipts.add(receipt);
        }
      }
    }
    return receipts;
  }
}
