package io.hongyan.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** Submits the orders and watches the batch until every message is recorded. */
final class BatchRun {

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
  // Longer than a batch that is well is ever silent: the longest wait between two tries is 2 min.
  private static final Duration LONGEST_STANDSTILL = Duration.ofSeconds(150);
  // A receipt that beats its outcome is looked for again within seconds.
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);

  private final JsonClient gateway;
  private final ProgressLine line;

  BatchRun(JsonClient gateway, ProgressLine line) {
    this.gateway = gateway;
    this.line = line;
  }

  /** Returns the gateway's answer to the upload. */
  JsonNode submit(Path orders) {
    return gateway.postCsv(
        "/v1/batches?account=mall&template=order-paid", orders, "demo-" + UUID.randomUUID());
  }

  /** Returns when the batch is done; fails when it halts or stands still. */
  BatchProgress follow(String batchId) throws InterruptedException {
    long started = System.nanoTime();
    RecentRate rate = new RecentRate();
    long lastCount = -1;
    Duration lastChange = Duration.ZERO;
    while (true) {
      BatchProgress progress = BatchProgress.read(gateway.get("/v1/batches/" + batchId));
      Duration elapsed = Duration.ofNanos(System.nanoTime() - started);
      line.show(
          progress.recorded(), progress.total(), elapsed, rate.after(elapsed, progress.recorded()));
      if (progress.isDone()) {
        line.end();
        return progress;
      }
      if (progress.recorded() != lastCount) {
        lastCount = progress.recorded();
        lastChange = elapsed;
      }
      failIfStuck(batchId, progress, elapsed.minus(lastChange));
      Thread.sleep(BETWEEN_LOOKS);
    }
  }

  /** Returns when each message that WeChat took has its receipt; fails when none comes any more. */
  BatchProgress awaitReceipts(String batchId) throws InterruptedException {
    long begun = System.nanoTime();
    long lastCount = -1;
    Duration lastChange = Duration.ZERO;
    while (true) {
      BatchProgress progress = BatchProgress.read(gateway.get("/v1/batches/" + batchId));
      Duration elapsed = Duration.ofNanos(System.nanoTime() - begun);
      if (progress.receipts() >= progress.succeeded()) {
        return progress;
      }
      if (progress.receipts() != lastCount) {
        lastCount = progress.receipts();
        lastChange = elapsed;
      }
      if (elapsed.minus(lastChange).compareTo(LONGEST_SILENCE) > 0) {
        throw new DemoFailure(
            "%d of %d receipts of batch %s have come, and no more for %d s; the logs of gateway and sender say why"
                .formatted(
                    progress.receipts(),
                    progress.succeeded(),
                    batchId,
                    LONGEST_SILENCE.toSeconds()));
      }
      Thread.sleep(BETWEEN_LOOKS);
    }
  }

  private void failIfStuck(String batchId, BatchProgress progress, Duration standstill) {
    if (progress.isHalted()) {
      line.end();
      throw new DemoFailure(
          "batch %s is %s (%s); %d of %d messages are recorded"
              .formatted(
                  batchId,
                  progress.state(),
                  progress.reason(),
                  progress.recorded(),
                  progress.total()));
    }
    if (standstill.compareTo(LONGEST_STANDSTILL) > 0) {
      line.end();
      throw new DemoFailure(
          "batch %s stands still at %d of %d messages for %d s; the sender's log says why"
              .formatted(batchId, progress.recorded(), progress.total(), standstill.toSeconds()));
    }
  }
}
