package io.hongyan.bench.scenario;

import io.hongyan.bench.load.Format;
import io.hongyan.bench.load.Gateway;
import io.hongyan.bench.load.Recipients;
import io.hongyan.bench.load.SimulatorControl;
import io.hongyan.bench.stack.BenchStack;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The product as a whole, from the POST to the last row. */
final class Pipeline {

  private static final Duration LIMIT = Duration.ofMinutes(60);

  private final BenchStack stack;
  private final Gateway gateway;
  private final SimulatorControl wechat;
  private final Recipients recipients;

  Pipeline(BenchStack stack, Gateway gateway, SimulatorControl wechat, Recipients recipients) {
    this.stack = stack;
    this.gateway = gateway;
    this.wechat = wechat;
    this.recipients = recipients;
  }

  /**
   * Sends one batch of so many messages by each account, and fails if the simulator did not get
   * each message just once.
   */
  Run send(List<String> accounts, int messagesEach, Duration latency) {
    Path body = recipients.body(Format.NDJSON, messagesEach);
    wechat.reset(latency);
    Stopwatch watch = Stopwatch.start(stack.parts());
    List<String> batches = new ArrayList<>();
    for (String account : accounts) {
      batches.add(gateway.submit(account, Format.NDJSON, body, ""));
    }
    gateway.awaitRecorded(batches, LIMIT);
    Run run = watch.stop(messagesEach * accounts.size());
    if (wechat.accepted() != run.messages()) {
      throw new IllegalStateException(
          "WeChat accepted %d of %d messages".formatted(wechat.accepted(), run.messages()));
    }
    return run;
  }
}
