package io.hongyan.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.simulator.RunningSimulator.Answer;
import io.hongyan.test.SettableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class JsapiTicketTest {

  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-22T01:00:00Z"));
  @AutoClose private final RunningSimulator simulator;

  JsapiTicketTest() throws Exception {
    simulator = RunningSimulator.start(clock);
  }

  @Test
  void theSameTicketComesBackWhileItLives() throws Exception {
    Answer first = ticket("jsapi");
    assertThat(first.json().propertyNames())
        .containsExactly("errcode", "errmsg", "ticket", "expires_in");
    assertThat(first.errcode()).isZero();
    assertThat(first.errmsg()).isEqualTo("ok");
    assertThat(first.json().get("expires_in").intValue()).isEqualTo(7200);

    clock.advance(Duration.ofSeconds(7199));
    Answer second = ticket("jsapi");
    assertThat(second.json().get("ticket")).isEqualTo(first.json().get("ticket"));
    assertThat(second.json().get("expires_in").intValue()).isEqualTo(1);

    clock.advance(Duration.ofSeconds(1));
    Answer third = ticket("jsapi");
    assertThat(third.json().get("ticket")).isNotEqualTo(first.json().get("ticket"));
    assertThat(third.json().get("expires_in").intValue()).isEqualTo(7200);
  }

  @Test
  void aNewTokenBringsNoNewTicketAndAnotherAccountHasItsOwn() throws Exception {
    String before = ticket("jsapi").json().get("ticket").stringValue();
    simulator.fetchStableToken(true);
    simulator.post("/_sim/reset", "");
    simulator.putAccount("wx2");
    String other =
        simulator.fetchStableToken("wx2", false).json().get("access_token").stringValue();

    assertThat(ticket("jsapi").json().get("ticket").stringValue()).isEqualTo(before);
    assertThat(
            simulator
                .get("/cgi-bin/ticket/getticket?type=jsapi&access_token=" + other)
                .json()
                .get("ticket")
                .stringValue())
        .isNotEqualTo(before);
  }

  @Test
  void wantsATokenAndTheTypeItKnows() throws Exception {
    assertThat(simulator.get("/cgi-bin/ticket/getticket?type=jsapi").errcode()).isEqualTo(41001);
    assertThat(ticket("js").errcode()).isEqualTo(40097);
  }

  private Answer ticket(String type) throws Exception {
    return simulator.get(
        "/cgi-bin/ticket/getticket?access_token=" + simulator.token() + "&type=" + type);
  }
}
