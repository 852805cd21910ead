package io.hongyan.bench.scenario;

import io.hongyan.bench.load.BenchAccounts;
import io.hongyan.bench.load.Gateway;
import io.hongyan.bench.load.Recipients;
import io.hongyan.bench.load.SimulatorControl;
import io.hongyan.bench.stack.BenchStack;
import io.hongyan.stack.Installation;
import io.hongyan.stack.http.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * All that a measurement works with: a running stack, and what talks to it.
 *
 * @param rounds of each figure
 * @param messages of a round without latency
 * @param pictures where the page's pictures go
 */
public record Bed(
    Installation installation,
    BenchStack stack,
    BenchAccounts accounts,
    Gateway gateway,
    SimulatorControl wechat,
    Recipients recipients,
    int rounds,
    int messages,
    Path pictures) {

  static final Duration NO_LATENCY = Duration.ZERO;

  /** What WeChat shows. */
  static final Duration LATENCY = Duration.ofMillis(130);

  /** What a sender without latency works best with. */
  static final int MANY_IN_FLIGHT = 1_000;

  private static final Duration POLL = Duration.ofMillis(20);

  Pipeline pipeline() {
    return new Pipeline(stack, gateway, wechat, recipients);
  }

  PeerProcess peer(String name, int ofMessages, int warmUp, String... options) {
    accounts.putAtWeChat(PeerProcess.ACCOUNT);
    return PeerProcess.start(installation, stack, name, ofMessages, warmUp, options);
  }

  /** Waits until WeChat has accepted so many messages since the simulator's reset. */
  void awaitAccepted(int wanted, Duration limit) {
    Deadline deadline = Deadline.in(limit);
    while (wechat.accepted() < wanted) {
      if (deadline.isOver()) {
        throw new IllegalStateException(
            "%d of %d accepted after %s".formatted(wechat.accepted(), wanted, limit));
      }
      deadline.pause(POLL);
    }
  }

  /** An account, after a run that warms the services up. */
  List<String> warmAccount(String account, int maxInFlight) {
    accounts.put(account, maxInFlight);
    pipeline().send(List.of(account), Math.min(messages, 100_000), NO_LATENCY);
    return List.of(account);
  }
}
