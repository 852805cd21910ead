package io.hongyan.simulator;

import static io.hongyan.simulator.RunningSimulator.APPID;
import static io.hongyan.simulator.RunningSimulator.SECRET;
import static io.hongyan.simulator.RunningSimulator.SEND;
import static io.hongyan.simulator.RunningSimulator.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.simulator.RunningSimulator.Answer;
import io.hongyan.test.SettableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class QuotaTest {

  /** The last day of November in Shanghai, 23:58:30. */
  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-30T15:58:30Z"));

  @AutoClose private final RunningSimulator simulator;
  private final String token;

  QuotaTest() throws Exception {
    simulator = RunningSimulator.start(clock);
    token = simulator.token();
  }

  @Test
  void tellsHowManySendsAreUsed() throws Exception {
    simulator.set("{\"dailyLimit\":3,\"perMinuteLimit\":1000}");
    errcodeOfSend("m1");
    errcodeOfSend("m2");

    JsonNode reply = quota(SEND);

    assertThat(reply.get("errcode").intValue()).isZero();
    assertThat(reply.get("quota").toString())
        .isEqualTo("{\"daily_limit\":3,\"used\":2,\"remain\":1}");
    assertThat(reply.get("rate_limit").toString())
        .isEqualTo("{\"call_count\":1000,\"refresh_second\":60}");
    clock.advance(Duration.ofMinutes(2));
    assertThat(quota(SEND).get("quota").get("used").longValue()).isZero();
  }

  @Test
  void tellsHowManyOtherCallsAreUsed() throws Exception {
    simulator.get("/cgi-bin/user/get?access_token=" + token);
    simulator.get("/cgi-bin/user/get?access_token=" + token + "&next_openid=oNobody");
    simulator.get("/cgi-bin/user/get?access_token=wrong");

    JsonNode reply = quota("/cgi-bin/user/get");

    assertThat(reply.get("quota").toString())
        .isEqualTo("{\"daily_limit\":500,\"used\":2,\"remain\":498}");
    assertThat(reply.has("rate_limit")).isFalse();
    assertThat(quota("/cgi-bin/stable_token").get("quota").get("used").longValue()).isEqualTo(1);
    clock.advance(Duration.ofMinutes(2));
    assertThat(quota("/cgi-bin/user/get").get("quota").get("used").longValue()).isZero();
  }

  @Test
  void knowsNoOtherPaths() throws Exception {
    assertThat(quota("/cgi-bin/nothing").get("errcode").intValue()).isEqualTo(76021);
    assertThat(quota("cgi-bin/user/get").get("errcode").intValue()).isEqualTo(76021);
    assertThat(simulator.post("/cgi-bin/openapi/quota/get?access_token=" + token, "{}").errcode())
        .isEqualTo(76021);
    assertThat(simulator.get("/cgi-bin/openapi/quota/get?access_token=" + token).errcode())
        .isEqualTo(43002);
    assertThat(simulator.post("/cgi-bin/openapi/quota/get", "{}").errcode()).isEqualTo(41001);
  }

  @Test
  void clearingBeginsTheDayAnewButNotTheMinute() throws Exception {
    simulator.set("{\"dailyLimit\":2,\"perMinuteLimit\":3}");
    errcodeOfSend("m1");
    errcodeOfSend("m2");
    assertThat(errcodeOfSend("m3")).isEqualTo(45009);
    simulator.get("/cgi-bin/user/get?access_token=" + token);

    Answer cleared = clear();

    assertThat(cleared.text()).isEqualTo("{\"errcode\":0,\"errmsg\":\"ok\"}");
    assertThat(quota(SEND).get("quota").get("used").longValue()).isZero();
    assertThat(quota("/cgi-bin/user/get").get("quota").get("used").longValue()).isZero();
    assertThat(errcodeOfSend("m3")).isZero();
    assertThat(errcodeOfSend("m4")).isEqualTo(45011);
  }

  @Test
  void clearingTouchesNoOtherAccount() throws Exception {
    simulator.putAccount("wx2");
    String other =
        simulator.fetchStableToken("wx2", false).json().get("access_token").stringValue();
    simulator.set("{\"dailyLimit\":1,\"clearQuotaPerMonth\":1}");
    simulator.send(other, message("oA", "m1"));

    clear();

    assertThat(simulator.send(other, message("oA", "m2")).errcode()).isEqualTo(45009);
    assertThat(
            simulator
                .post("/cgi-bin/clear_quota?access_token=" + other, "{\"appid\":\"wx2\"}")
                .errcode())
        .isZero();
  }

  @Test
  void tenTimesAMonthByEitherCall() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThat(clear().errcode()).isZero();
      assertThat(clearBySecret(APPID, SECRET).errcode()).isZero();
    }

    assertThat(clear().errcode()).isEqualTo(48006);
    assertThat(clearBySecret(APPID, SECRET).errcode()).isEqualTo(48006);

    clock.advance(Duration.ofSeconds(90)); // December in Shanghai, still November in London
    assertThat(clear().errcode()).isZero();
  }

  @Test
  void aRefusedClearingClearsNothingAndIsNotCounted() throws Exception {
    simulator.set("{\"dailyLimit\":1,\"clearQuotaPerMonth\":1}");
    errcodeOfSend("m1");

    assertThat(
            simulator
                .post("/cgi-bin/clear_quota?access_token=" + token, "{\"appid\":\"wx9\"}")
                .errcode())
        .isEqualTo(40013);
    assertThat(simulator.post("/cgi-bin/clear_quota?access_token=" + token, "{}").errcode())
        .isEqualTo(40013);
    assertThat(clearBySecret(APPID, "wrong").errcode()).isEqualTo(40125);
    assertThat(errcodeOfSend("m2")).isEqualTo(45009);
    assertThat(clear().errcode()).isZero();
    assertThat(errcodeOfSend("m2")).isZero();
    assertThat(clear().errcode()).isEqualTo(48006);
    assertThat(errcodeOfSend("m3")).isEqualTo(45009);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"appid\":\"wx9\",\"appsecret\":\"s\"}               | 40013",
        "{\"appsecret\":\"s\"}                                 | 41002",
        "{\"appid\":\"" + APPID + "\"}                         | 41004",
        "{\"appid\":\"" + APPID + "\",\"appsecret\":\"wrong\"} | 40125",
        "appid=" + APPID + "                                   | 47001",
      })
  void clearingBySecretWantsTheRightOne(String body, int errcode) throws Exception {
    assertThat(simulator.post("/cgi-bin/clear_quota/v2", body).errcode()).isEqualTo(errcode);
  }

  private Answer clear() throws Exception {
    return simulator.post(
        "/cgi-bin/clear_quota?access_token=" + token, "{\"appid\":\"" + APPID + "\"}");
  }

  private Answer clearBySecret(String appid, String secret) throws Exception {
    return simulator.post(
        "/cgi-bin/clear_quota/v2",
        "{\"appid\":\"%s\",\"appsecret\":\"%s\"}".formatted(appid, secret));
  }

  private JsonNode quota(String cgiPath) throws Exception {
    return simulator
        .post(
            "/cgi-bin/openapi/quota/get?access_token=" + token,
            "{\"cgi_path\":\"" + cgiPath + "\"}")
        .json();
  }

  private int errcodeOfSend(String clientMsgId) throws Exception {
    return simulator.send(token, message("oA", clientMsgId)).errcode();
  }
}
