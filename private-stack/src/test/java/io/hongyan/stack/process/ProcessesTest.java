package io.hongyan.stack.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessesTest {

  @TempDir Path directory;

  @Test
  void endsWhatAKilledSuiteHasLeftRunning() {
    try (OwnProcess left = sleeper("left")) {
      left.start();

      new Processes(directory.resolve("run")).endLeftovers();

      assertThat(left.awaitExit(Duration.ofSeconds(10))).isTrue();
    }
  }

  @Test
  void leavesAPidAloneThatSomebodyElseHasGotSince() throws Exception {
    try (OwnProcess stranger = sleeper("stranger")) {
      stranger.start();
      Files.writeString(
          directory.resolve("run").resolve("stranger"), stranger.pid() + " 2001-01-01T00:00:00Z");

      new Processes(directory.resolve("run")).endLeftovers();

      assertThat(stranger.isRunning()).isTrue();
      assertThat(directory.resolve("run")).isEmptyDirectory();
    }
  }

  @Test
  void aProcessThatWasEndedForGoodDoesNotStartAgain() {
    OwnProcess ended = sleeper("ended");
    ended.start();
    ended.close();

    assertThat(ended.isRunning()).isFalse();
    org.assertj.core.api.Assertions.assertThatIllegalStateException()
        .isThrownBy(ended::start)
        .withMessageContaining("ended for good");
  }

  @Test
  void tellsWhichEndsNobodyOrdered() {
    try (OwnProcess ordered = sleeper("ordered");
        OwnProcess itself =
            new Processes(directory.resolve("run"))
                .create(
                    "itself",
                    List.of("/bin/sh", "-c", "exit 3"),
                    Map.of(),
                    directory,
                    directory.resolve("log"))) {
      ordered.start();
      ordered.stop(Duration.ofSeconds(10));
      itself.start();
      assertThat(itself.awaitExit(Duration.ofSeconds(10))).isTrue();
      itself.start();
      assertThat(itself.awaitExit(Duration.ofSeconds(10))).isTrue();

      assertThat(ordered.takeUnorderedEnds()).isEmpty();
      assertThat(itself.takeUnorderedEnds())
          .containsExactly(
              "itself ended by itself, exit code 3", "itself ended by itself, exit code 3");
      assertThat(itself.takeUnorderedEnds()).isEmpty();
    }
  }

  private OwnProcess sleeper(String name) {
    return new Processes(directory.resolve("run"))
        .create(name, List.of("/bin/sleep", "60"), Map.of(), directory, directory.resolve("log"));
  }
}
