package io.hongyan.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SharedReloadTest {

  @Test
  void manyWhoMissTogetherShareFewReloads() throws Exception {
    AtomicInteger reloads = new AtomicInteger();
    SharedReload reload = new SharedReload(reloads::incrementAndGet, Duration.ofMillis(200));

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Boolean>> misses =
          IntStream.range(0, 200)
              .<Callable<Boolean>>mapToObj(
                  i ->
                      () -> {
                        reload.afterMiss();
                        return true;
                      })
              .toList();
      for (Future<Boolean> done : threads.invokeAll(misses)) {
        assertThat(done.get()).isTrue();
      }
    }

    assertThat(reloads.get()).isBetween(1, 3);
  }

  @Test
  void aMissSeesWhatWasStoredBeforeItEvenRightAfterAnotherReload() {
    AtomicInteger stored = new AtomicInteger();
    AtomicInteger seen = new AtomicInteger();
    SharedReload reload = new SharedReload(() -> seen.set(stored.get()), Duration.ofMillis(50));
    reload.now();

    stored.set(1);
    reload.afterMiss();

    assertThat(seen.get()).isEqualTo(1);
  }

  @Test
  void missesReloadAtMostOnceAnInterval() {
    AtomicInteger reloads = new AtomicInteger();
    SharedReload reload = new SharedReload(reloads::incrementAndGet, Duration.ofMillis(100));
    long started = System.nanoTime();

    reload.afterMiss();
    reload.afterMiss();
    reload.afterMiss();

    assertThat(reloads.get()).isEqualTo(3);
    assertThat(Duration.ofNanos(System.nanoTime() - started))
        .isGreaterThanOrEqualTo(Duration.ofMillis(200));
  }

  @Test
  void aFailureIsToldToEverybodyWhoShared() {
    SharedReload reload =
        new SharedReload(
            () -> {
              throw new IllegalStateException("database away");
            },
            Duration.ofMillis(1));

    assertThatThrownBy(reload::now).hasMessage("database away");
    assertThatThrownBy(reload::afterMiss).hasMessage("database away");
  }
}
