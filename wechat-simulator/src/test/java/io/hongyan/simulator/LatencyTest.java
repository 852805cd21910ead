package io.hongyan.simulator;

import static io.hongyan.simulator.RunningSimulator.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.simulator.RunningSimulator.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LatencyTest {

  private RunningSimulator simulator;
  private String token;

  @BeforeEach
  void start() throws Exception {
    simulator = RunningSimulator.start(Clock.systemUTC());
    token = simulator.token();
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void everyCallTakesTheLatencyAndSomeOfTheJitter() throws Exception {
    simulator.set("{\"latencyMs\":100,\"jitterMs\":100}");

    for (int i = 0; i < 5; i++) {
      long begin = System.nanoTime();
      simulator.send(token, message("oA", "m" + i));
      assertThat(Duration.ofNanos(System.nanoTime() - begin))
          .isBetween(Duration.ofMillis(100), Duration.ofSeconds(5));
    }
  }

  @Test
  void twoThousandSendsWaitAtOnceWithoutAThreadEach() throws Exception {
    simulator.set("{\"latencyMs\":4000}");

    List<CompletableFuture<Answer>> sends =
        IntStream.range(0, 2_000)
            .mapToObj(i -> simulator.sendAsync(token, message("o" + i, "m" + i)))
            .toList();

    assertThat(sends).allSatisfy(send -> assertThat(send.join().errcode()).isZero());
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.getName().startsWith("XNIO"))
        .hasSizeLessThan(Runtime.getRuntime().availableProcessors() + 10);
    assertThat(simulator.stats().get("maxConcurrent").intValue()).isGreaterThan(1_000);
    assertThat(simulator.stats().get("accepted").intValue()).isEqualTo(2_000);
  }

  @Test
  void aBodyThatComesInPiecesIsOneSend() throws Exception {
    simulator.set("{\"latencyMs\":50}");
    byte[] body = message("oA", "m1").getBytes(StandardCharsets.UTF_8);
    try (Socket slow = connect()) {
      slow.setTcpNoDelay(true);
      slow.getOutputStream().write(headOfSend(body.length));
      slow.getOutputStream().write(body, 0, 20);
      Awaitility.await().until(() -> simulator.stats().get("maxConcurrent").intValue() == 1);
      assertThat(simulator.stats().get("asked").intValue()).isZero();

      slow.getOutputStream().write(body, 20, body.length - 20);

      BufferedReader reply =
          new BufferedReader(new InputStreamReader(slow.getInputStream(), StandardCharsets.UTF_8));
      assertThat(reply.readLine()).isEqualTo("HTTP/1.1 200 OK");
    }
    assertThat(simulator.stats().get("accepted").intValue()).isEqualTo(1);
  }

  @Test
  void aBodyThatBreaksOffIsNoSend() throws Exception {
    byte[] body = message("oA", "m1").getBytes(StandardCharsets.UTF_8);
    try (Socket broken = connect()) {
      broken.getOutputStream().write(headOfSend(body.length + 1));
      broken.getOutputStream().write(body);
      Awaitility.await().until(() -> simulator.stats().get("maxConcurrent").intValue() == 1);
    }

    awaitNoSendUnderWay();
    simulator.send(token, message("oA", "m2"));
    assertThat(simulator.stats().get("asked").intValue()).isEqualTo(1);
  }

  @Test
  void aCallerThatGoesAwayNoLongerCountsAsASendUnderWay() throws Exception {
    simulator.set("{\"latencyMs\":300}");
    byte[] body = message("oA", "m1").getBytes(StandardCharsets.UTF_8);
    try (Socket impatient = connect()) {
      impatient.getOutputStream().write(headOfSend(body.length));
      impatient.getOutputStream().write(body);
      Awaitility.await().until(() -> simulator.stats().get("accepted").intValue() == 1);
      impatient.setSoLinger(true, 0);
    }

    awaitNoSendUnderWay();
  }

  private void awaitNoSendUnderWay() {
    // A reset makes the sends under way the new maximum.
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(
            () -> {
              simulator.post("/_sim/reset", "");
              assertThat(simulator.stats().get("maxConcurrent").intValue()).isZero();
            });
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), simulator.port());
  }

  private byte[] headOfSend(int contentLength) {
    return "POST %s?access_token=%s HTTP/1.1\r\nHost: sim\r\nContent-Length: %d\r\n\r\n"
        .formatted(RunningSimulator.SEND, token, contentLength)
        .getBytes(StandardCharsets.US_ASCII);
  }
}
