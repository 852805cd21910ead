package io.hongyan.demo;

import io.hongyan.common.message.BatchId;
import java.io.PrintStream;
import tools.jackson.databind.JsonNode;

/**
 * Compares three accounts of the same batch: the gateway's progress, the rows in PostgreSQL, and
 * what the simulator was asked. They must agree to the message.
 */
final class Audit {

  private final Database database;
  private final JsonClient simulator;
  private final PrintStream out;
  private boolean passed = true;

  Audit(Database database, JsonClient simulator, PrintStream out) {
    this.database = database;
    this.simulator = simulator;
    this.out = out;
  }

  /**
   * Prints each comparison and returns whether all hold. The simulator must have served this batch
   * alone.
   */
  boolean holds(String batchId, BatchProgress batch) {
    long id =
        BatchId.parse(batchId)
            .orElseThrow(() -> new DemoFailure("the gateway's batch id is unreadable: " + batchId))
            .value();
    long successRows = database.countRows("send_success", id);
    long failedRows = database.countRows("send_failed", id);
    JsonNode wechat = simulator.get("/_sim/stats");

    out.printf("%naudit%n");
    check("accepted = rows in send_success + send_failed", batch.total(), successRows + failedRows);
    check("the gateway's count of sent = rows in send_success", batch.succeeded(), successRows);
    check("the gateway's count of failed = rows in send_failed", batch.failed(), failedRows);
    check(
        "accepted = distinct messages asked of WeChat",
        batch.total(),
        wechat.path("asked").asLong());
    check("sent = distinct messages WeChat took", successRows, wechat.path("distinct").asLong());
    check("sent = delivered + undelivered, by receipts", successRows, batch.receipts());
    check("messages WeChat took twice", 0, wechat.path("repeated").asLong());
    return passed;
  }

  private void check(String what, long expected, long found) {
    boolean same = expected == found;
    passed &= same;
    out.printf(
        "  %s %s: %s%n",
        same ? "ok   " : "WRONG",
        what,
        same ? "%,d".formatted(found) : "%,d expected, %,d found".formatted(expected, found));
  }
}
