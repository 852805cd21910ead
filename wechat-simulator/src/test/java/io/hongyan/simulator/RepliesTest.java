package io.hongyan.simulator;

import static io.hongyan.simulator.AccountServer.REPLY;
import static io.hongyan.simulator.RunningSimulator.AES_KEY;
import static io.hongyan.simulator.RunningSimulator.APPID;
import static io.hongyan.simulator.RunningSimulator.CALLBACK_TOKEN;
import static io.hongyan.simulator.RunningSimulator.ORIGINAL_ID;
import static io.hongyan.simulator.RunningSimulator.outcomes;
import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.simulator.AccountServer.Answer;
import java.time.Clock;
import me.chanjar.weixin.mp.bean.message.WxMpXmlMessage;
import me.chanjar.weixin.mp.bean.message.WxMpXmlOutMessage;
import me.chanjar.weixin.mp.bean.message.WxMpXmlOutNewsMessage;
import me.chanjar.weixin.mp.config.impl.WxMpDefaultConfigImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What an account answers to a follower, and how it is read. */
class RepliesTest {

  private static final String JSON_REPLY =
      """
      {"ToUserName":"oA","FromUserName":"gh_7f083739789a","CreateTime":1795309201,"MsgType":"text","Content":"hello"}""";

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
  void aReplyIsShownToTheFollower() throws Exception {
    account.say(request -> new Answer(200, REPLY));

    JsonNode ended =
        simulator.awaitEnd(simulator.write("{\"from\":\"oA\",\"text\":\"hi ]]> there\"}"));

    assertThat(ended.get("state").stringValue()).isEqualTo("answered");
    assertThat(ended.get("answeredOnTry").intValue()).isEqualTo(1);
    assertThat(ended.get("reply").toString())
        .isEqualTo("{\"type\":\"text\",\"content\":\"hello\"}");
    assertThat(outcomes(ended)).containsExactly("answered");
    WxMpXmlMessage posted = WxMpXmlMessage.fromXml(account.requests().getFirst().body());
    assertThat(posted.getFromUser()).isEqualTo("oA");
    assertThat(posted.getToUser()).isEqualTo(ORIGINAL_ID);
    assertThat(posted.getMsgType()).isEqualTo("text");
    assertThat(posted.getContent()).isEqualTo("hi ]]> there");
    assertThat(posted.getMsgId()).isGreaterThan(1L << 53);
    assertThat(simulator.conversationCounts().toString())
        .isEqualTo("{\"started\":1,\"answered\":1,\"silent\":0}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "success"})
  void nothingToShowIsAnAnswer(String body) throws Exception {
    account.say(request -> new Answer(200, body));

    JsonNode ended = simulator.awaitEnd(simulator.write("{\"from\":\"oA\",\"text\":\"hi\"}"));

    assertThat(ended.get("state").stringValue()).isEqualTo("answered");
    assertThat(ended.get("reply").isNull()).isTrue();
    assertThat(outcomes(ended)).containsExactly("success");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ">oA< | >oB< | ToUserName is not who wrote",
        "[oA] | [gh_7f083739789a] | ToUserName is not who wrote",
        "[gh_7f083739789a] | [gh_other] | FromUserName is not the account",
        "1795309201 | now | CreateTime is no time in seconds",
        "[text] | [carrier-pigeon] | MsgType carrier-pigeon is not known",
        "Content | Text | Content is missing",
        "</xml> | </xml | the reply is no XML",
        "<xml> | <!DOCTYPE xml><xml> | the reply is no XML",
        "xml> | html> | the outermost element is not xml",
      })
  void saysWhatIsWrongWithAReply(String part, String wrong, String problem) throws Exception {
    String reply =
        REPLY
            .replace("<![CDATA[oA]]>", part.contains(">oA<") ? "oA" : "<![CDATA[oA]]>")
            .replace(part, wrong);
    account.say(request -> new Answer(200, reply));
    simulator.set("{\"callbackTries\":1}");

    JsonNode ended = simulator.awaitEnd(simulator.write("{\"from\":\"oA\",\"text\":\"hi\"}"));

    assertThat(ended.get("state").stringValue()).isEqualTo("silent");
    assertThat(outcomes(ended)).containsExactly("bad");
    assertThat(ended.get("attempts").get(0).get("problem").stringValue()).isEqualTo(problem);
  }

  @Test
  void aTextIsAtMost2048BytesLong() throws Exception {
    simulator.set("{\"callbackTries\":1}");
    account.say(request -> new Answer(200, REPLY.replace("hello", "信".repeat(682) + "ab")));
    assertThat(simulator.stateAfterWriting()).isEqualTo("answered");

    account.say(request -> new Answer(200, REPLY.replace("hello", "信".repeat(683))));
    assertThat(simulator.stateAfterWriting()).isEqualTo("silent");
  }

  @Test
  void readsJsonAndOnlyJsonWhereJsonIsSpoken() throws Exception {
    simulator.putCallback(account.url(), "\"format\":\"json\"");
    simulator.set("{\"callbackTries\":1}");
    account.say(request -> new Answer(200, JSON_REPLY));
    JsonNode ended = simulator.awaitEnd(simulator.write("{\"from\":\"oA\",\"text\":\"hi\"}"));
    assertThat(ended.get("reply").get("content").stringValue()).isEqualTo("hello");

    account.say(request -> new Answer(200, REPLY));
    assertThat(simulator.stateAfterWriting()).isEqualTo("silent");
  }

  @ParameterizedTest
  @ValueSource(strings = {"safe", "compatible"})
  void readsWhatWxJavaHasEncrypted(String mode) throws Exception {
    simulator.putCallback(account.url(), encrypted(mode));
    WxMpXmlOutNewsMessage.Item article = new WxMpXmlOutNewsMessage.Item();
    article.setTitle("New");
    article.setUrl("https://example.com/new");
    account.say(
        request -> {
          WxMpXmlMessage message =
              WxMpXmlMessage.fromEncryptedXml(
                  request.body(),
                  wxJava(APPID),
                  request.parameter("timestamp"),
                  request.parameter("nonce"),
                  request.parameter("msg_signature"));
          WxMpXmlOutMessage reply =
              switch (message.getContent() == null ? "" : message.getContent()) {
                case "news" ->
                    WxMpXmlOutMessage.NEWS()
                        .toUser(message.getFromUser())
                        .fromUser(message.getToUser())
                        .addArticle(article)
                        .build();
                case "text" ->
                    WxMpXmlOutMessage.TEXT()
                        .toUser(message.getFromUser())
                        .fromUser(message.getToUser())
                        .content("to " + message.getMsgId())
                        .build();
                default ->
                    WxMpXmlOutMessage.IMAGE()
                        .toUser(message.getFromUser())
                        .fromUser(message.getToUser())
                        .mediaId(message.getMediaId())
                        .build();
              };
          return new Answer(200, reply.toEncryptedXml(wxJava(APPID)));
        });

    JsonNode text = simulator.awaitEnd(simulator.write("{\"from\":\"oA\",\"text\":\"text\"}"));
    JsonNode news = simulator.awaitEnd(simulator.write("{\"from\":\"oA\",\"text\":\"news\"}"));
    JsonNode image =
        simulator.awaitEnd(
            simulator.write("{\"from\":\"oA\",\"type\":\"image\",\"mediaId\":\"m-1\"}"));

    assertThat(text.get("reply").get("content").stringValue()).startsWith("to ");
    assertThat(news.get("reply").toString())
        .isEqualTo(
            "{\"type\":\"news\",\"articles\":[{\"title\":\"New\",\"description\":null,"
                + "\"picUrl\":null,\"url\":\"https://example.com/new\"}]}");
    assertThat(image.get("reply").toString()).isEqualTo("{\"type\":\"image\",\"mediaId\":\"m-1\"}");
  }

  @Test
  void aPlainReplyIsBadInSafeModeAndGoodInCompatibleMode() throws Exception {
    simulator.set("{\"callbackTries\":1}");
    account.say(request -> new Answer(200, REPLY));

    simulator.putCallback(account.url(), encrypted("safe"));
    assertThat(simulator.stateAfterWriting()).isEqualTo("silent");
    simulator.putCallback(account.url(), encrypted("compatible"));
    assertThat(simulator.stateAfterWriting()).isEqualTo("answered");
    account.say(request -> Answer.SUCCESS);
    simulator.putCallback(account.url(), encrypted("safe"));
    assertThat(simulator.stateAfterWriting()).isEqualTo("answered");
  }

  @Test
  void aReplyWithAWrongSignatureOrForAnotherAppidIsBad() throws Exception {
    simulator.putCallback(account.url(), encrypted("safe"));
    simulator.set("{\"callbackTries\":1}");
    WxMpXmlOutMessage reply =
        WxMpXmlOutMessage.TEXT().toUser("oA").fromUser(ORIGINAL_ID).content("hello").build();

    account.say(
        request ->
            new Answer(
                200, reply.toEncryptedXml(wxJava(APPID)).replaceFirst("<TimeStamp>", "$01")));
    assertThat(problemAfterWriting()).isEqualTo("MsgSignature does not fit");
    account.say(request -> new Answer(200, reply.toEncryptedXml(wxJava("wxOther"))));
    assertThat(problemAfterWriting()).isEqualTo("Encrypt is for another appid");
    account.say(request -> new Answer(200, reply.toEncryptedXml(wxJava(APPID))));
    assertThat(simulator.stateAfterWriting()).isEqualTo("answered");
  }

  private String problemAfterWriting() throws Exception {
    return simulator
        .awaitEnd(simulator.write("{\"from\":\"oA\",\"text\":\"hi\"}"))
        .get("attempts")
        .get(0)
        .get("problem")
        .stringValue();
  }

  private static String encrypted(String mode) {
    return "\"mode\":\"%s\",\"encodingAesKey\":\"%s\"".formatted(mode, AES_KEY);
  }

  private static WxMpDefaultConfigImpl wxJava(String appid) {
    WxMpDefaultConfigImpl config = new WxMpDefaultConfigImpl();
    config.setAppId(appid);
    config.setToken(CALLBACK_TOKEN);
    config.setAesKey(AES_KEY);
    return config;
  }
}
