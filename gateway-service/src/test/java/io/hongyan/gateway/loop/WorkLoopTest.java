package io.hongyan.gateway.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.DataAccessResourceFailureException;

@ExtendWith(OutputCaptureExtension.class)
class WorkLoopTest {

  private static final Duration NEVER = Duration.ofHours(1);
  private static final Duration WAIT = Duration.ofSeconds(10);

  private final AtomicInteger rounds = new AtomicInteger();

  @Test
  void isWokenFromItsPause() throws InterruptedException {
    WorkLoop loop =
        new WorkLoop(
            "test",
            () -> {
              rounds.incrementAndGet();
              return NEVER;
            },
            NEVER);
    loop.start();
    await().untilAtomic(rounds, is(1));

    loop.wake();

    await().untilAtomic(rounds, is(2));
    assertThat(loop.isRunning()).isTrue();
    assertThat(loop.stop(WAIT)).as("out of the pause").isTrue();
    assertThat(loop.isRunning()).isFalse();
    assertThat(loop.stop(WAIT)).as("stopped twice").isTrue();
  }

  @Test
  void aFailureIsNotTheLastRoundAndAnOutageIsLoggedOnce(CapturedOutput output)
      throws InterruptedException {
    WorkLoop loop =
        new WorkLoop(
            "test",
            () -> {
              switch (rounds.incrementAndGet()) {
                case 1 -> throw new IllegalStateException("broken");
                case 2, 3, 4 -> throw new DataAccessResourceFailureException("away");
                default -> {
                  return NEVER;
                }
              }
            },
            Duration.ofMillis(1));

    loop.start();

    await().untilAtomic(rounds, is(5));
    loop.stop(WAIT);
    assertThat(output).containsOnlyOnce("test failed, tried again");
    assertThat(output).containsOnlyOnce("database away, test wait for it");
  }

  @Test
  void afterAFailureItIsNotWokenButStopped() throws InterruptedException {
    WorkLoop loop =
        new WorkLoop(
            "test",
            () -> {
              rounds.incrementAndGet();
              throw new DataAccessResourceFailureException("away");
            },
            NEVER);
    loop.start();
    await().untilAtomic(rounds, is(1));

    loop.wake();
    loop.wake();

    assertThat(loop.stop(WAIT)).isTrue();
    assertThat(rounds).hasValue(1);
  }

  @Test
  void stoppingSaysWhenTheRoundTakesLonger() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    WorkLoop loop =
        new WorkLoop(
            "test",
            () -> {
              begun.countDown();
              try {
                end.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return NEVER;
            },
            NEVER);
    loop.start();
    begun.await();

    assertThat(loop.stop(Duration.ofMillis(50))).isFalse();
    end.countDown();
  }
}
