package io.hongyan.sender.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.TransientDataAccessResourceException;

@Timeout(20)
class GroupCommitTest {

  private final List<Thread> started = new CopyOnWriteArrayList<>();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(
          task -> {
            Thread thread = Thread.ofVirtual().unstarted(task);
            started.add(thread);
            return thread;
          });
  private final List<List<String>> written = new CopyOnWriteArrayList<>();
  private final AtomicBoolean away = new AtomicBoolean();

  @AfterEach
  void close() {
    threads.close();
  }

  @Test
  void writesWhatGathersAsOneGroupAndAnswersEachItsOwn() throws Exception {
    GroupCommit<String, String> group = group(Duration.ofMillis(200), 500);

    List<Future<String>> answers = submitAll(group, 50);

    for (int i = 0; i < 50; i++) {
      assertThat(answers.get(i).get()).isEqualTo("item " + i + " written");
    }
    assertThat(written).hasSizeLessThan(5);
    group.close();
  }

  @Test
  void aGroupIsNeverLargerThanItMayBe() throws Exception {
    GroupCommit<String, String> group = group(Duration.ofMillis(50), 8);

    for (Future<String> answer : submitAll(group, 50)) {
      answer.get();
    }

    assertThat(written).allSatisfy(items -> assertThat(items).hasSizeLessThanOrEqualTo(8));
    group.close();
  }

  @Test
  void waitsWhileTheDatabaseIsAwayAndGoesOnAfterwards() throws Exception {
    GroupCommit<String, String> group = group(Duration.ZERO, 500);
    away.set(true);

    Future<String> answer = threads.submit(() -> group.submit("kept"));
    await().during(Duration.ofMillis(300)).until(() -> !answer.isDone());
    assertThat(group.stuckFor()).isGreaterThanOrEqualTo(Duration.ofMillis(100));
    away.set(false);

    assertThat(answer.get()).isEqualTo("kept written");
    assertThat(group.stuckFor()).isZero();
    group.close();
  }

  @Test
  void aBadRowFailsAlone() throws Exception {
    GroupCommit<String, String> group = group(Duration.ofMillis(200), 500);

    Future<String> bad = threads.submit(() -> group.submit("bad"));
    List<Future<String>> good = submitAll(group, 5);

    for (Future<String> answer : good) {
      assertThat(answer.get()).endsWith("written");
    }
    assertThatThrownBy(bad::get).hasCauseInstanceOf(UnrecordableException.class);
    group.close();
  }

  @Test
  void closingWritesWhatHasGathered() throws Exception {
    GroupCommit<String, String> group = group(Duration.ofSeconds(15), 500);
    List<Future<String>> answers = submitAll(group, 3);
    await().until(this::allWait);

    group.close();

    assertThat(written.stream().flatMap(List::stream)).hasSize(3);
    for (Future<String> answer : answers) {
      assertThat(answer.get()).endsWith("written");
    }
  }

  @Test
  void closingDuringAWriteWritesWhatCameMeanwhile() throws Exception {
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    GroupCommit<String, String> group =
        new GroupCommit<>(
            "held",
            Duration.ZERO,
            1,
            items -> {
              writing.countDown();
              awaitUninterrupted(goOn);
              return write(items);
            });
    Future<String> first = threads.submit(() -> group.submit("first"));
    writing.await();
    List<Future<String>> later = submitAll(group, 4);
    await().until(this::allWait);
    Future<?> closed = threads.submit(() -> closeNow(group));
    await().until(this::allWait);

    goOn.countDown();

    assertThat(closed.get(5, TimeUnit.SECONDS)).isEqualTo(true);
    assertThat(first.get()).isEqualTo("first written");
    for (Future<String> answer : later) {
      assertThat(answer.get()).endsWith("written");
    }
  }

  @Test
  void closingWithTheDatabaseAwayFailsTheCallersInsteadOfHanging() throws Exception {
    GroupCommit<String, String> group = group(Duration.ZERO, 2);
    away.set(true);
    List<Future<String>> answers = submitAll(group, 5);
    await().until(() -> !written.isEmpty());

    Future<?> closed = threads.submit(() -> closeNow(group));

    assertThat(closed.get(5, TimeUnit.SECONDS)).isEqualTo(true);
    for (Future<String> answer : answers) {
      assertThatThrownBy(answer::get).hasCauseInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void refusesWhatComesAfterTheEnd() throws Exception {
    GroupCommit<String, String> group = group(Duration.ZERO, 500);
    group.close();

    assertThatThrownBy(() -> group.submit("late")).isInstanceOf(InterruptedException.class);

    assertThat(written).isEmpty();
  }

  private GroupCommit<String, String> group(Duration linger, int maxGroup) {
    return new GroupCommit<>("test group", linger, maxGroup, this::write);
  }

  private List<String> write(List<String> items) {
    written.add(items);
    if (away.get()) {
      throw new TransientDataAccessResourceException("away");
    }
    if (items.contains("bad")) {
      throw new DataIntegrityViolationException("no partition");
    }
    return items.stream().map(item -> item + " written").toList();
  }

  private List<Future<String>> submitAll(GroupCommit<String, String> group, int count) {
    List<Future<String>> answers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String item = "item " + i;
      answers.add(threads.submit(() -> group.submit(item)));
    }
    return answers;
  }

  private boolean allWait() {
    return started.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING);
  }

  private static boolean closeNow(GroupCommit<String, String> group) throws InterruptedException {
    group.close();
    return true;
  }

  // As pgjdbc on a virtual thread: an interrupt closes its socket.
  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted in the middle of a commit", e);
    }
  }
}
