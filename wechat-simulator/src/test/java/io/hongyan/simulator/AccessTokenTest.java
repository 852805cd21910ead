package io.hongyan.simulator;

import static io.hongyan.simulator.RunningSimulator.APPID;
import static io.hongyan.simulator.RunningSimulator.SECRET;
import static io.hongyan.simulator.RunningSimulator.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.simulator.RunningSimulator.Answer;
import io.hongyan.test.SettableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessTokenTest {

  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-22T01:00:00Z"));
  private RunningSimulator simulator;

  @BeforeEach
  void start() throws Exception {
    simulator = RunningSimulator.start(clock);
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void successCarriesNoErrcode() throws Exception {
    Answer answer = simulator.fetchToken();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.contentType()).isEqualTo("text/plain");
    assertThat(answer.json().propertyNames())
        .containsExactlyInAnyOrder("access_token", "expires_in");
    assertThat(answer.json().get("access_token").stringValue()).hasSizeBetween(129, 512);
    assertThat(answer.json().get("expires_in").intValue()).isEqualTo(7200);
  }

  @Test
  void everyCallRetiresTheTokenBeforeAfterTheOverlap() throws Exception {
    String first = plainToken();
    String second = plainToken();
    assertThat(second).isNotEqualTo(first);

    assertThat(errcodeOfSend(first)).isZero();
    clock.advance(Duration.ofMinutes(5).minusSeconds(1));
    assertThat(errcodeOfSend(first)).isZero();

    clock.advance(Duration.ofSeconds(1));
    assertThat(errcodeOfSend(first)).isEqualTo(40001);
    assertThat(errcodeOfSend(second)).isZero();
  }

  @Test
  void theOverlapIsASetting() throws Exception {
    simulator.set("{\"tokenOverlapSeconds\":0}");
    String first = plainToken();
    plainToken();

    assertThat(errcodeOfSend(first)).isEqualTo(40001);
  }

  @Test
  void aTokenExpiresAfterTwoHours() throws Exception {
    String token = plainToken();

    clock.advance(Duration.ofHours(2));

    assertThat(errcodeOfSend(token)).isEqualTo(42001);
  }

  @Test
  void theStableTokenStaysTheSameAndTellsItsRemainingLifetime() throws Exception {
    String token = simulator.token();
    clock.advance(Duration.ofSeconds(6855));

    Answer again = simulator.fetchStableToken(false);

    assertThat(again.json().get("access_token").stringValue()).isEqualTo(token);
    assertThat(again.json().get("expires_in").intValue()).isEqualTo(345);
  }

  @Test
  void theStableTokenIsReplacedFiveMinutesBeforeItsExpiryAndBothWork() throws Exception {
    String old = simulator.token();
    clock.advance(Duration.ofMinutes(115));

    Answer rotated = simulator.fetchStableToken(false);

    String fresh = rotated.json().get("access_token").stringValue();
    assertThat(fresh).isNotEqualTo(old);
    assertThat(rotated.json().get("expires_in").intValue()).isEqualTo(7200);
    assertThat(errcodeOfSend(old)).isZero();
    assertThat(errcodeOfSend(fresh)).isZero();
    clock.advance(Duration.ofMinutes(5));
    assertThat(errcodeOfSend(old)).isEqualTo(40001);
    assertThat(errcodeOfSend(fresh)).isZero();
  }

  @Test
  void forceRefreshRetiresTheOldTokenAtOnce() throws Exception {
    String old = simulator.token();

    String fresh = simulator.fetchStableToken(true).json().get("access_token").stringValue();

    assertThat(errcodeOfSend(old)).isEqualTo(40001);
    assertThat(errcodeOfSend(fresh)).isZero();
    assertThat(simulator.token()).isEqualTo(fresh);
  }

  @Test
  void theTwoLinesOfTokensDoNotTouchEachOther() throws Exception {
    simulator.set("{\"tokenOverlapSeconds\":0}");
    String plain = plainToken();
    String stable = simulator.token();

    simulator.fetchStableToken(true);
    plainToken();

    assertThat(errcodeOfSend(plain)).isEqualTo(40001);
    assertThat(errcodeOfSend(stable)).isEqualTo(40001);
    String secondStable = simulator.token();
    plainToken();
    assertThat(errcodeOfSend(secondStable)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "grant_type=client_credential&appid=wx9&secret=x, 40013",
    "grant_type=client_credential&appid=" + APPID + "&secret=wrong, 40125",
    "grant_type=client_credential&secret=x, 41002",
    "grant_type=client_credential&appid=" + APPID + ", 41004",
    "grant_type=password&appid=" + APPID + "&secret=" + SECRET + ", 40002",
    "appid=" + APPID + "&secret=" + SECRET + ", 40002",
  })
  void refusesWrongCredentialsOnTheOldCall(String query, int errcode) throws Exception {
    Answer answer = simulator.get("/cgi-bin/token?" + query);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.errcode()).isEqualTo(errcode);
    assertThat(answer.errmsg()).matches(".+ rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"grant_type\":\"client_credential\",\"appid\":\"wx9\",\"secret\":\"x\"} | 40013",
        "{\"grant_type\":\"client_credential\",\"appid\":\""
            + APPID
            + "\",\"secret\":\"x\"} | 40125",
        "{\"grant_type\":\"client_credential\",\"secret\":\"x\"} | 41002",
        "{\"grant_type\":\"client_credential\",\"appid\":\"" + APPID + "\"} | 41004",
        "{\"appid\":\"" + APPID + "\",\"secret\":\"" + SECRET + "\"} | 40002",
        "grant_type=client_credential | 47001",
        "[] | 47001",
      })
  void refusesWrongCredentialsOnTheStableCall(String body, int errcode) throws Exception {
    assertThat(simulator.post("/cgi-bin/stable_token", body).errcode()).isEqualTo(errcode);
  }

  @Test
  void eachCallWantsItsMethod() throws Exception {
    assertThat(simulator.get("/cgi-bin/stable_token").errcode()).isEqualTo(43002);
    assertThat(simulator.post("/cgi-bin/token", "{}").errcode()).isEqualTo(43001);
    assertThat(simulator.post("/cgi-bin/stable_token", "").errcode()).isEqualTo(44002);
  }

  @Test
  void countsEveryAnsweredTokenCall() throws Exception {
    simulator.script(
        """
        [{"path":"/cgi-bin/stable_token","times":1,"fault":{"type":"errcode","errcode":-1}}]
        """);

    assertThat(simulator.fetchStableToken(false).errcode()).isEqualTo(-1);
    simulator.fetchStableToken(false);
    simulator.fetchToken();

    assertThat(simulator.stats().get("tokenFetches").get(APPID).intValue()).isEqualTo(3);
  }

  private String plainToken() throws Exception {
    return simulator.fetchToken().json().get("access_token").stringValue();
  }

  private int errcodeOfSend(String token) throws Exception {
    return simulator.send(token, message("oA", "m1")).errcode();
  }
}
