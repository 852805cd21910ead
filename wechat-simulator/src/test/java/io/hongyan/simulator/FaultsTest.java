package io.hongyan.simulator;

import static io.hongyan.simulator.RunningSimulator.APPID;
import static io.hongyan.simulator.RunningSimulator.SECRET;
import static io.hongyan.simulator.RunningSimulator.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hongyan.simulator.RunningSimulator.Answer;
import io.hongyan.test.SettableClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class FaultsTest {

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
  void strikesAfterSoManyRequestsAndSoOften() throws Exception {
    scriptOnSends("\"after\":1,\"times\":2", "{\"type\":\"errcode\",\"errcode\":-1}");

    assertThat(errcodeOfSend("m1")).isZero();
    assertThat(errcodeOfSend("m2")).isEqualTo(-1);
    assertThat(errcodeOfSend("m3")).isEqualTo(-1);
    assertThat(errcodeOfSend("m4")).isZero();
    JsonNode stats = simulator.stats();
    assertThat(stats.get("accepted").intValue()).isEqualTo(2);
    assertThat(stats.get("asked").intValue()).isEqualTo(4);
    assertThat(stats.get("rejected").get("-1").intValue()).isEqualTo(2);
  }

  @Test
  void strikesTheNamedAccountAndPathOnly() throws Exception {
    simulator.putAccount("wx2");
    String other =
        simulator.fetchStableToken("wx2", false).json().get("access_token").stringValue();
    simulator.script(
        """
        [{"path":"/cgi-bin/message/template/send","appid":"%s","fault":{"type":"errcode","errcode":45009}}]
        """
            .formatted(APPID));

    assertThat(simulator.send(other, message("oA", "m1")).errcode()).isZero();
    assertThat(errcodeOfSend("m2")).isEqualTo(45009);
    assertThat(simulator.fetchStableToken(false).errcode()).isZero();
  }

  @Test
  void aFaultWithoutPathStrikesEveryCallUntilItIsDeleted() throws Exception {
    simulator.script("[{\"fault\":{\"type\":\"status\",\"status\":503}}]");

    assertThat(simulator.fetchToken().status()).isEqualTo(503);
    assertThat(simulator.get("/cgi-bin/anything").status()).isEqualTo(503);
    assertThat(simulator.get("/_sim/health").status()).isEqualTo(200);

    assertThat(simulator.delete("/_sim/faults").status()).isEqualTo(204);
    assertThat(simulator.fetchToken().status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/cgi-bin/user/get",
        "/cgi-bin/user/info",
        "/cgi-bin/user/info/batchget",
        "/cgi-bin/tags/get",
        "/cgi-bin/tags/create",
        "/cgi-bin/tags/update",
        "/cgi-bin/tags/delete",
        "/cgi-bin/user/tag/get",
        "/cgi-bin/tags/members/batchtagging",
        "/cgi-bin/tags/members/batchuntagging",
        "/cgi-bin/tags/getidlist",
        "/cgi-bin/template/api_set_industry",
        "/cgi-bin/template/get_industry",
        "/cgi-bin/template/api_add_template",
        "/cgi-bin/template/del_private_template",
        "/cgi-bin/template/get_all_private_template",
        "/cgi-bin/openapi/quota/get",
        "/cgi-bin/clear_quota",
        "/cgi-bin/ticket/getticket",
      })
  void strikesOnEveryPathByTheTokensAccount(String path) throws Exception {
    simulator.script(
        """
        [{"path":"%s","appid":"%s","times":2,"fault":{"type":"errcode","errcode":48001}}]
        """
            .formatted(path, APPID));

    assertThat(simulator.get(path).errcode()).isNotEqualTo(48001);
    assertThat(simulator.get(path + "?access_token=" + token).errcode()).isEqualTo(48001);
    assertThat(simulator.post(path + "?access_token=" + token, "{}").errcode()).isEqualTo(48001);
    assertThat(simulator.post(path + "?access_token=" + token, "{}").errcode()).isNotEqualTo(48001);
  }

  @Test
  void strikesTheClearingBySecretByTheAccountInItsBody() throws Exception {
    String body = "{\"appid\":\"%s\",\"appsecret\":\"%s\"}".formatted(APPID, SECRET);
    simulator.script(
        """
        [{"path":"/cgi-bin/clear_quota/v2","appid":"%s","times":1,"fault":{"type":"errcode","errcode":48006}}]
        """
            .formatted(APPID));

    assertThat(simulator.post("/cgi-bin/clear_quota/v2", "{}").errcode()).isEqualTo(41002);
    assertThat(simulator.post("/cgi-bin/clear_quota/v2", body).errcode()).isEqualTo(48006);
    assertThat(simulator.post("/cgi-bin/clear_quota/v2", body).errcode()).isZero();
  }

  @Test
  void aLostReplyOfAnotherCallWasCarriedOut() throws Exception {
    String create = "/cgi-bin/tags/create?access_token=" + token;
    simulator.script(
        "[{\"path\":\"/cgi-bin/tags/create\",\"times\":1,\"fault\":{\"type\":\"lostReply\"}}]");

    assertThatThrownBy(() -> simulator.post(create, "{\"tag\":{\"name\":\"vip\"}}"))
        .isInstanceOf(IOException.class);

    assertThat(simulator.post(create, "{\"tag\":{\"name\":\"vip\"}}").errcode()).isEqualTo(45157);
  }

  @Test
  void theFirstMatchWinsAndLaterOnesWait() throws Exception {
    scriptOnSends("\"times\":1", "{\"type\":\"errcode\",\"errcode\":43101}");
    scriptOnSends("\"times\":1", "{\"type\":\"errcode\",\"errcode\":43117}");

    assertThat(errcodeOfSend("m1")).isEqualTo(43101);
    assertThat(errcodeOfSend("m2")).isEqualTo(43117);
    assertThat(errcodeOfSend("m3")).isZero();
  }

  @Test
  void anErrcodeMayComeAfterTheMessageWasAccepted() throws Exception {
    scriptOnSends("\"times\":1", "{\"type\":\"errcode\",\"errcode\":-1,\"accept\":true}");

    Answer answer = simulator.send(token, message("oA", "m1"));

    assertThat(answer.errcode()).isEqualTo(-1);
    assertThat(answer.errmsg()).startsWith("system error rid: ");
    assertThat(accepted()).isEqualTo(1);
    assertThat(simulator.stats().get("rejected").isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aStatusComesWithAPageOfHtml(boolean accept) throws Exception {
    scriptOnSends("\"times\":1", "{\"type\":\"status\",\"status\":502,\"accept\":" + accept + "}");

    Answer answer = simulator.send(token, message("oA", "m1"));

    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.contentType()).isEqualTo("text/html");
    assertThat(answer.text()).contains("502 Bad Gateway");
    assertThat(accepted()).isEqualTo(accept ? 1 : 0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aClosedConnectionGivesNoAnswer(boolean accept) throws Exception {
    scriptOnSends("\"times\":1", "{\"type\":\"close\",\"accept\":" + accept + "}");

    assertThatThrownBy(() -> simulator.send(token, message("oA", "m1")))
        .isInstanceOf(IOException.class);

    assertThat(accepted()).isEqualTo(accept ? 1 : 0);
    assertThat(simulator.stats().get("asked").intValue()).isEqualTo(1);
  }

  @Test
  void aLostReplyWasAccepted() throws Exception {
    simulator.set("{\"latencyMs\":30}");
    scriptOnSends("\"times\":1", "{\"type\":\"lostReply\"}");

    assertThatThrownBy(() -> simulator.send(token, message("oA", "m1")))
        .isInstanceOf(IOException.class);

    assertThat(accepted()).isEqualTo(1);
    assertThat(errcodeOfSend("m1")).isZero();
    assertThat(simulator.stats().get("suppressed").intValue()).isEqualTo(1);
  }

  @Test
  void aCutConnectionNoLongerCountsAsASendUnderWay() throws Exception {
    scriptOnSends("\"times\":3", "{\"type\":\"lostReply\"}");

    for (int i = 0; i < 3; i++) {
      String id = "m" + i;
      assertThatThrownBy(() -> simulator.send(token, message("oA", id)))
          .isInstanceOf(IOException.class);
    }
    errcodeOfSend("m9");

    assertThat(simulator.stats().get("maxConcurrent").intValue()).isEqualTo(1);
  }

  @Test
  void aDelayMayAcceptBeforeTheWait() throws Exception {
    scriptOnSends("\"times\":1", "{\"type\":\"delay\",\"ms\":1500,\"accept\":true}");
    long begin = System.nanoTime();

    CompletableFuture<Answer> late = simulator.sendAsync(token, message("oA", "m1"));

    Awaitility.await().until(() -> accepted() == 1);
    assertThat(late.isDone()).isFalse();
    assertThat(late.join().errcode()).isZero();
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isGreaterThanOrEqualTo(Duration.ofMillis(1_500));
  }

  @Test
  void aDelayUsuallyAcceptsAfterTheWait() throws Exception {
    scriptOnSends("\"times\":1", "{\"type\":\"delay\",\"ms\":1500}");

    CompletableFuture<Answer> late = simulator.sendAsync(token, message("oA", "m1"));

    Awaitility.await().until(() -> simulator.stats().get("asked").intValue() == 1);
    assertThat(accepted()).isZero();
    assertThat(late.join().errcode()).isZero();
    assertThat(accepted()).isEqualTo(1);
  }

  private void scriptOnSends(String when, String fault) throws Exception {
    simulator.script(
        "[{\"path\":\"/cgi-bin/message/template/send\",\"appid\":null,%s,\"fault\":%s}]"
            .formatted(when, fault));
  }

  private int errcodeOfSend(String clientMsgId) throws Exception {
    return simulator.send(token, message("oA", clientMsgId)).errcode();
  }

  private int accepted() throws Exception {
    return simulator.stats().get("accepted").intValue();
  }
}
