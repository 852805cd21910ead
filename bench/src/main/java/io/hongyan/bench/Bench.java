package io.hongyan.bench;

import io.hongyan.bench.peer.Peers;
import java.io.IOException;
import java.util.List;

/** Entry of the benchmark's jar. Exit codes: 0 = done, 1 = failed, 2 = not understood. */
final class Bench {

  private static final int MISUSED = 2;

  private Bench() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<String> words = List.of(arguments);
    if (words.isEmpty() || !words.getFirst().equals("peer")) {
      System.err.println(
          "bench: the first argument is peer, then comes a name of " + Peers.names());
      System.exit(MISUSED);
      return;
    }
    // The broker's client and the connection pools leave threads behind that would keep the JVM.
    System.exit(Peers.runInThisProcess(words.subList(1, words.size())));
  }
}
