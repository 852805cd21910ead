package io.hongyan.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Groups, their answers, and what becomes of them when a commit fails. */
@Timeout(30)
class GroupCommitTest {

  private static final int LARGEST_GROUP = 4;

  @Test
  void writesWhatGathersMeanwhileInGroupsOfTheCapAndAnswersEach() throws Exception {
    List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch firstIsWriting = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    GroupCommit.Writer<Integer, String> writer =
        items -> {
          sizes.add(items.size());
          firstIsWriting.countDown();
          await(goOn);
          return items.stream().map(item -> "row " + item).toList();
        };
    try (GroupCommit<Integer, String> commit = commit(writer)) {
      CompletableFuture<String> first = commit.submit(0);
      firstIsWriting.await();
      List<CompletableFuture<String>> rest =
          IntStream.rangeClosed(1, 6).mapToObj(commit::submit).toList();
      assertThat(first).isNotDone();

      goOn.countDown();

      assertThat(first.get()).isEqualTo("row 0");
      for (int i = 0; i < rest.size(); i++) {
        assertThat(rest.get(i).get()).isEqualTo("row " + (i + 1));
      }
    }
    assertThat(sizes).containsExactly(1, LARGEST_GROUP, 2);
  }

  @Test
  void failsAGroupWhoseCommitFailsAndGoesOnWithTheNext() throws Exception {
    GroupCommit.Writer<Integer, Integer> writer =
        items -> {
          if (items.contains(1)) {
            throw new SQLException("no");
          }
          return items;
        };
    try (GroupCommit<Integer, Integer> commit = commit(writer)) {
      assertThat(commit.submit(1))
          .failsWithin(Duration.ofSeconds(20))
          .withThrowableThat()
          .withCauseInstanceOf(SQLException.class);
      assertThat(commit.submit(2)).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(2);
    }
  }

  private static <T, R> GroupCommit<T, R> commit(GroupCommit.Writer<T, R> writer) {
    return new GroupCommit<>("test", writer, Duration.ZERO, LARGEST_GROUP);
  }

  private static void await(CountDownLatch latch) throws SQLException {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new SQLException("nobody let the writer go on");
      }
    } catch (InterruptedException e) {
      throw new SQLException(e);
    }
  }
}
