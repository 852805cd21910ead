package io.hongyan.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a peer's process says, and when. */
class SessionTest {

  private final List<Integer> runs = new ArrayList<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void warmsUpAndThenRunsOnceALine() throws Exception {
    boolean well = hold(Behaviour.WELL, "--warm-up", "5", "RUN\nRUN\n");

    assertThat(well).isTrue();
    assertThat(runs).containsExactly(5, 20, 20);
    assertThat(said())
        .containsExactly(
            "READY",
            "{\"messages\":20,\"seconds\":1.5,\"errors\":0,\"parts\":{\"copy\":1.0,\"insert\":0.5}}",
            "{\"messages\":20,\"seconds\":1.5,\"errors\":0,\"parts\":{\"copy\":1.0,\"insert\":0.5}}");
  }

  @Test
  void doesNotRunUntilItIsTold() throws Exception {
    assertThat(hold(Behaviour.WELL, "--warm-up", "0", "")).isTrue();

    assertThat(runs).isEmpty();
    assertThat(said()).containsExactly("READY");
  }

  @Test
  void endsWithTheFirstRunThatFails() throws Exception {
    assertThat(hold(Behaviour.BADLY, "--warm-up", "0", "RUN\nRUN\n")).isFalse();

    assertThat(runs).containsExactly(20);
    assertThat(said()).hasSize(2).last().asString().contains("\"messages\":20", "\"errors\":3");
  }

  @Test
  void isNotReadyIfWarmingUpFails() throws Exception {
    assertThat(hold(Behaviour.BADLY, "--warm-up", "5", "RUN\n")).isFalse();

    assertThat(runs).containsExactly(5);
    assertThat(said()).isEmpty();
  }

  private boolean hold(Behaviour behaviour, String option, String value, String input)
      throws IOException, InterruptedException {
    PeerOptions options = PeerOptions.parse(List.of("postgres", "--messages", "20", option, value));
    return new Session(
            new StubPeer(behaviour),
            options,
            new BufferedReader(new StringReader(input)),
            new PrintStream(out, true, StandardCharsets.UTF_8))
        .hold();
  }

  private List<String> said() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private enum Behaviour {
    WELL,
    BADLY
  }

  private final class StubPeer implements Peer {
    private final Behaviour behaviour;

    StubPeer(Behaviour behaviour) {
      this.behaviour = behaviour;
    }

    @Override
    public Took run(Batch batch) throws PeerFailedException {
      runs.add(batch.messages());
      if (behaviour == Behaviour.BADLY) {
        throw new PeerFailedException(3, new IOException("WeChat did not accept the message"));
      }
      return Took.ofParts(Map.of("copy", 1.0, "insert", 0.5));
    }

    @Override
    public void close() {}
  }
}
