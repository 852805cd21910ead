package io.hongyan.bench.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against processes of this machine. */
@Timeout(60)
class ProcessTreeTest {

  private static final Duration WORK = Duration.ofMillis(300);

  @Test
  void countsWhatChildrenUse() throws Exception {
    // The child of the child burns, and both stay.
    Process shell = start("(while :; do :; done) & wait");
    try {
      ProcessTree tree = ProcessTree.of(shell.pid());

      await().atMost(Duration.ofSeconds(30)).until(() -> tree.cpu().compareTo(WORK) > 0);

      assertThat(tree.residentBytes()).isPositive();
    } finally {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly();
    }
  }

  @Test
  void countsChildrenThatHaveEnded() throws Exception {
    Process shell =
        start("sh -c 'i=0; while [ $i -lt 2000000 ]; do i=$((i+1)); done'; read -r line");
    try {
      ProcessTree tree = ProcessTree.of(shell.pid());

      // Nothing but the ended child ever worked.
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> shell.descendants().findAny().isEmpty() && tree.cpu().compareTo(WORK) > 0);
    } finally {
      shell.destroyForcibly();
    }
  }

  @Test
  void ofThisProcessChildrenDoNotCount() throws Exception {
    Process shell = start("while :; do :; done");
    try {
      ProcessTree all = ProcessTree.of(ProcessHandle.current().pid());
      ProcessTree alone = ProcessTree.ofThisProcess();
      Duration before = all.cpu().minus(alone.cpu());

      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> all.cpu().minus(alone.cpu()).minus(before).compareTo(WORK) > 0);
    } finally {
      shell.destroyForcibly();
    }
  }

  @Test
  void aStretchIsTheDifferenceOfTwoReadings() {
    CpuUse before = new CpuUse(Map.of("sender", Duration.ofSeconds(2)));
    CpuUse after =
        new CpuUse(Map.of("sender", Duration.ofSeconds(5), "peer", Duration.ofSeconds(1)));

    CpuUse used = after.since(before);

    assertThat(used.microsPerMessage("sender", 1_000)).isEqualTo(3_000);
    assertThat(used.microsPerMessage("peer", 1_000)).isEqualTo(1_000);
    assertThat(used.microsPerMessage("nobody", 1_000)).isZero();
    assertThat(used.microsPerMessage(1_000)).isEqualTo(4_000);
  }

  private static Process start(String script) throws Exception {
    return new ProcessBuilder(List.of("sh", "-c", script)).start();
  }
}
