package io.hongyan.bench.peer;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * The talk between the benchmark and a peer's process: the peer warms up and says {@code READY};
 * each line that comes in (the benchmark writes {@code RUN}) starts one measured run, and each run
 * is answered with one line of JSON. The end of the input ends the session.
 */
final class Session {

  private final Peer peer;
  private final PeerOptions options;
  private final BufferedReader in;
  private final PrintStream out;

  Session(Peer peer, PeerOptions options, BufferedReader in, PrintStream out) {
    this.peer = peer;
    this.options = options;
    this.in = in;
    this.out = out;
  }

  /** Returns whether every run went well; after one that did not there is no other. */
  boolean hold() throws IOException, InterruptedException {
    try {
      if (options.warmUp() > 0) {
        peer.run(Batch.of(options.warmUp()));
      }
    } catch (PeerFailedException e) {
      complain("warming up", e);
      return false;
    }
    say("READY");
    while (in.readLine() != null) {
      if (!measure()) {
        return false;
      }
    }
    return true;
  }

  private boolean measure() throws InterruptedException {
    long begun = System.nanoTime();
    try {
      Took took = peer.run(Batch.of(options.messages()));
      say(new Result(options.messages(), took.seconds(), 0, took.parts()));
      return true;
    } catch (PeerFailedException e) {
      say(new Result(options.messages(), Took.secondsSince(begun), e.errors(), Map.of()));
      complain("running", e);
      return false;
    }
  }

  private void complain(String what, PeerFailedException failure) {
    System.err.printf(
        "bench: peer %s failed while %s: %s%n", options.name().text(), what, failure.getMessage());
    Throwable first = failure.getCause();
    if (first != null) {
      first.printStackTrace();
    }
  }

  private void say(Result result) {
    say(JsonMapper.shared().writeValueAsString(result));
  }

  private void say(String line) {
    out.println(line);
    out.flush();
  }

  /**
   * A run as the benchmark reads it.
   *
   * @param parts seconds of each part, for a peer that measures several
   */
  private record Result(
      int messages,
      double seconds,
      int errors,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Double> parts) {}
}
