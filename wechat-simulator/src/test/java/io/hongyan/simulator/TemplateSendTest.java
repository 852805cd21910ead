package io.hongyan.simulator;

import static io.hongyan.simulator.RunningSimulator.APPID;
import static io.hongyan.simulator.RunningSimulator.OLD_TEMPLATE;
import static io.hongyan.simulator.RunningSimulator.SEND;
import static io.hongyan.simulator.RunningSimulator.TEMPLATE;
import static io.hongyan.simulator.RunningSimulator.message;
import static io.hongyan.simulator.RunningSimulator.messageAbout;
import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.simulator.RunningSimulator.Answer;
import io.hongyan.test.SettableClock;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class TemplateSendTest {

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
  void acceptsAMessageAndGivesItsContentBack() throws Exception {
    Answer answer = simulator.send(token, message("oA", "m1"));

    assertThat(answer.contentType()).isEqualTo("text/plain");
    assertThat(answer.errcode()).isZero();
    assertThat(answer.errmsg()).isEqualTo("ok");
    assertThat(answer.json().get("msgid").longValue()).isGreaterThan(1L << 53);
    JsonNode kept = simulator.get("/_sim/messages").json().get("messages").get(0);
    assertThat(kept.get("clientMsgId").stringValue()).isEqualTo("m1");
    assertThat(kept.get("appid").stringValue()).isEqualTo(APPID);
    assertThat(kept.get("openid").stringValue()).isEqualTo("oA");
    assertThat(kept.get("templateId").stringValue()).isEqualTo(TEMPLATE);
    assertThat(kept.get("msgid")).isEqualTo(answer.json().get("msgid"));
    assertThat(kept.get("at").longValue()).isEqualTo(1795309200000L);
    assertThat(kept.get("data").toString())
        .isEqualTo(
            "{\"thing1\":{\"value\":\"耳机\"},\"amount2\":{\"value\":\"¥39.80\",\"color\":\"#173177\"}}");
  }

  @Test
  void acceptsTheSameMessageTwiceWithoutAClientMsgId() throws Exception {
    String anonymous = message("oA", "x").replace("\"client_msg_id\":\"x\",", "");

    long first = simulator.send(token, anonymous).json().get("msgid").longValue();
    long second = simulator.send(token, anonymous).json().get("msgid").longValue();

    assertThat(second).isNotEqualTo(first);
    assertThat(simulator.stats().get("accepted").intValue()).isEqualTo(2);
    assertThat(simulator.stats().get("asked").intValue()).isZero();
  }

  @Test
  void wantsAToken() throws Exception {
    assertThat(simulator.post(SEND, message("oA", "m1")).errcode()).isEqualTo(41001);
    assertThat(simulator.send("", message("oA", "m1")).errcode()).isEqualTo(41001);
    assertThat(simulator.send("made-up", message("oA", "m1")).errcode()).isEqualTo(40001);
  }

  @Test
  void wantsAPostWithAJsonObject() throws Exception {
    assertThat(simulator.get(SEND + "?access_token=" + token).errcode()).isEqualTo(43002);
    assertThat(simulator.send(token, "").errcode()).isEqualTo(44002);
    assertThat(simulator.send(token, "{\"touser\":").errcode()).isEqualTo(47001);
    assertThat(simulator.send(token, "[1]").errcode()).isEqualTo(47001);
    assertThat(simulator.send(token, "{\"touser\":5}").errcode()).isEqualTo(47001);
  }

  @Test
  void refusesABodyThatIsNotUtf8() throws Exception {
    byte[] gbk = message("oA", "m1").getBytes("GBK");

    Answer answer =
        simulator.exchange(
            simulator
                .to(SEND + "?access_token=" + token)
                .POST(BodyPublishers.ofByteArray(gbk))
                .build());

    assertThat(answer.errcode()).isEqualTo(47001);
  }

  @Test
  void refusesABodyOfMoreThanAMegabyte() throws Exception {
    assertThat(simulator.send(token, messageAbout("长".repeat(400_000))).errcode()).isEqualTo(45002);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "o A", "o/A", "张三"})
  void refusesAMalformedOpenid(String openid) throws Exception {
    assertThat(simulator.send(token, message(openid, "m1")).errcode()).isEqualTo(40003);
  }

  @Test
  void refusesAnUnknownTemplate() throws Exception {
    assertThat(simulator.send(token, message("oA", "m1").replace(TEMPLATE, "none")).errcode())
        .isEqualTo(40037);
    assertThat(simulator.send(token, "{\"touser\":\"oA\",\"data\":{}}").errcode()).isEqualTo(40037);
  }

  @Test
  void refusesWhoDoesNotFollow() throws Exception {
    assertThat(simulator.send(token, message("xA", "m1")).errcode()).isEqualTo(43004);
    assertThat(simulator.send(token, message("oLeft", "m2")).errcode()).isEqualTo(43004);
    assertThat(simulator.stats().get("rejected").get("43004").intValue()).isEqualTo(2);
    assertThat(simulator.stats().get("asked").intValue()).isEqualTo(2);
    assertThat(simulator.stats().get("accepted").intValue()).isZero();
  }

  @Test
  void namesTheFieldThatIsTooLong() throws Exception {
    Answer answer = simulator.send(token, messageAbout("一二三四五六七八九十一二三四五六七八九十一"));

    assertThat(answer.errcode()).isEqualTo(47003);
    assertThat(answer.errmsg()).startsWith("argument invalid! data.thing1.value invalid rid: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"amount2\":{\"value\":\"1\"}}",
        "{\"thing1\":\"flat\",\"amount2\":{\"value\":\"1\"}}",
        "{\"thing1\":{\"value\":\"\"},\"amount2\":{\"value\":\"1\"}}",
        "{\"thing1.DATA\":{\"value\":\"x\"},\"amount2\":{\"value\":\"1\"}}",
        "{}",
        "null",
        "\"text\"",
      })
  void namesTheFieldThatIsEmpty(String data) throws Exception {
    Answer answer =
        simulator.send(
            token,
            "{\"touser\":\"oA\",\"template_id\":\"%s\",\"data\":%s}".formatted(TEMPLATE, data));

    assertThat(answer.errcode()).isEqualTo(47003);
    assertThat(answer.errmsg()).startsWith("argument invalid! data.thing1.value is empty rid: ");
  }

  @Test
  void oldTemplatesAreNotChecked() throws Exception {
    Answer answer =
        simulator.send(
            token,
            """
            {"touser":"oA","template_id":"%s","data":{"keyword1":{"value":"%s"}}}
            """
                .formatted(OLD_TEMPLATE, "很长".repeat(100)));

    assertThat(answer.errcode()).isZero();
  }

  @Test
  void answersAnyOtherPathWithInvalidUrl() throws Exception {
    assertThat(simulator.get("/cgi-bin/user/getall?access_token=" + token).errcode())
        .isEqualTo(40066);
    assertThat(simulator.post("/cgi-bin/cgi-bin/token", "{}").errcode()).isEqualTo(40066);
    assertThat(simulator.get("/").errcode()).isEqualTo(40066);
  }

  @ParameterizedTest
  @ValueSource(strings = {SEND, "/cgi-bin/stable_token"})
  void refusesChunkedBodiesWithAnEmpty412(String path) throws Exception {
    byte[] body = message("oA", "m1").getBytes(StandardCharsets.UTF_8);

    Answer answer =
        simulator.exchange(
            simulator
                .to(path + "?access_token=" + token)
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                .build());

    assertThat(answer.status()).isEqualTo(412);
    assertThat(answer.text()).isEmpty();
    assertThat(simulator.stats().get("accepted").intValue()).isZero();
  }
}
