package io.hongyan.simulator;

import static io.hongyan.simulator.RunningSimulator.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.test.SettableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SendLimitsTest {

  /** 23:58:30 in Shanghai. */
  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-22T15:58:30Z"));

  private RunningSimulator simulator;
  private String token;

  @BeforeEach
  void start() throws Exception {
    simulator = RunningSimulator.start(clock);
    token = simulator.token();
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void theDayEndsAtMidnightInShanghai() throws Exception {
    simulator.set("{\"dailyLimit\":2}");

    assertThat(errcodeOfSend("m1")).isZero();
    assertThat(errcodeOfSend("m2")).isZero();
    assertThat(errcodeOfSend("m3")).isEqualTo(45009);
    clock.advance(Duration.ofSeconds(89));
    assertThat(errcodeOfSend("m4")).isEqualTo(45009);

    clock.advance(Duration.ofSeconds(1));
    assertThat(errcodeOfSend("m5")).isZero();
  }

  @Test
  void theMinuteEndsWithTheClocksMinute() throws Exception {
    simulator.set("{\"perMinuteLimit\":1}");

    assertThat(errcodeOfSend("m1")).isZero();
    assertThat(errcodeOfSend("m2")).isEqualTo(45011);

    clock.advance(Duration.ofSeconds(30));
    assertThat(errcodeOfSend("m3")).isZero();
  }

  @Test
  void eachAccountHasItsOwnLimits() throws Exception {
    simulator.set("{\"dailyLimit\":1}");
    simulator.putAccount("wx2");
    String other =
        simulator.fetchStableToken("wx2", false).json().get("access_token").stringValue();

    errcodeOfSend("m1");

    assertThat(errcodeOfSend("m2")).isEqualTo(45009);
    assertThat(simulator.send(other, message("oA", "m3")).errcode()).isZero();
  }

  private int errcodeOfSend(String clientMsgId) throws Exception {
    return simulator.send(token, message("oA", clientMsgId)).errcode();
  }
}
