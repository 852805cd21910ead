package io.hongyan.simulator;

import static io.hongyan.simulator.RunningSimulator.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.simulator.RunningSimulator.Answer;
import io.hongyan.test.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ClientMsgIdTest {

  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-22T01:00:00Z"));
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
  void dropsARepeatForTenMinutesAndAnswersTheFirstMsgid() throws Exception {
    long first = msgidOfSend("oA", "m1");
    clock.advance(Duration.ofMinutes(10).minusMillis(1));

    long repeat = msgidOfSend("oA", "m1");

    assertThat(repeat).isEqualTo(first);
    assertCounts(1, 1, 0, 1);
  }

  @Test
  void acceptsTheIdAgainAfterTenMinutes() throws Exception {
    long first = msgidOfSend("oA", "m1");
    clock.advance(Duration.ofMinutes(10));

    assertThat(msgidOfSend("oA", "m1")).isNotEqualTo(first);
    clock.advance(Duration.ofMinutes(10));
    msgidOfSend("oA", "m1");

    assertCounts(3, 1, 1, 0);
  }

  @Test
  void theWindowIsASetting() throws Exception {
    simulator.set("{\"clientMsgIdWindowSeconds\":0}");

    assertThat(msgidOfSend("oA", "m1")).isNotEqualTo(msgidOfSend("oA", "m1"));
  }

  @Test
  void theSameIdForAnotherPersonOrAccountIsNoRepeat() throws Exception {
    simulator.putAccount("wx2");
    String otherToken =
        simulator.fetchStableToken("wx2", false).json().get("access_token").stringValue();

    msgidOfSend("oA", "m1");
    msgidOfSend("oB", "m1");
    simulator.send(otherToken, message("oA", "m1"));

    assertCounts(3, 1, 1, 0);
  }

  @Test
  void aRefusedSendDoesNotUseUpItsId() throws Exception {
    simulator.send(token, message("xA", "m1"));
    simulator.send(token, message("oA", "m1").replace("¥39.80", "a lot"));

    msgidOfSend("oA", "m1");

    assertCounts(1, 1, 0, 0);
    assertThat(simulator.stats().get("asked").intValue()).isEqualTo(1);
  }

  @Test
  void fiftySendsAtOnceAreAcceptedOnce() throws Exception {
    simulator.set("{\"latencyMs\":20}");

    List<CompletableFuture<Answer>> sends =
        IntStream.range(0, 50)
            .mapToObj(i -> simulator.sendAsync(token, message("oA", "m1")))
            .toList();

    assertThat(sends)
        .extracting(send -> send.join().json().get("msgid").longValue())
        .containsOnly(sends.getFirst().join().json().get("msgid").longValue());
    assertCounts(1, 1, 0, 49);
  }

  private long msgidOfSend(String openid, String clientMsgId) throws Exception {
    Answer answer = simulator.send(token, message(openid, clientMsgId));
    assertThat(answer.errcode()).isZero();
    return answer.json().get("msgid").longValue();
  }

  private void assertCounts(int accepted, int distinct, int repeated, int suppressed)
      throws Exception {
    JsonNode stats = simulator.stats();
    assertThat(stats.get("accepted").intValue()).as("accepted").isEqualTo(accepted);
    assertThat(stats.get("distinct").intValue()).as("distinct").isEqualTo(distinct);
    assertThat(stats.get("repeated").intValue()).as("repeated").isEqualTo(repeated);
    assertThat(stats.get("suppressed").intValue()).as("suppressed").isEqualTo(suppressed);
  }
}
