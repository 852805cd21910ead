package io.hongyan.simulator.control;

import io.hongyan.simulator.callback.ConversationCounts;
import io.hongyan.simulator.callback.ReceiptCounts;
import io.hongyan.simulator.message.MessageCounts;
import io.hongyan.simulator.state.SimulatorState;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code GET /_sim/stats}. */
final class StatsReport {

  private StatsReport() {}

  static ObjectNode of(SimulatorState state) {
    MessageCounts counts = state.messages().counts();
    ObjectNode report =
        JsonNodeFactory.instance
            .objectNode()
            .put("asked", counts.asked())
            .put("accepted", counts.accepted())
            .put("distinct", counts.distinct())
            .put("repeated", counts.repeated())
            .put("suppressed", counts.suppressed());
    ObjectNode rejected = report.putObject("rejected");
    state.traffic().rejected().forEach((errcode, count) -> rejected.put(errcode.toString(), count));
    ObjectNode tokenFetches = report.putObject("tokenFetches");
    state.traffic().tokenFetches().forEach(tokenFetches::put);
    ObjectNode calls = report.putObject("calls");
    state.traffic().calls().forEach(calls::put);
    report.put("maxConcurrent", state.traffic().maxConcurrent());
    addCallbacks(report.putObject("callbacks"), state);
    return report;
  }

  private static void addCallbacks(ObjectNode report, SimulatorState state) {
    ReceiptCounts receipts = state.receipts().counts();
    report
        .putObject("receipts")
        .put("posted", receipts.posted())
        .put("answered", receipts.answered())
        .put("retried", receipts.retried())
        .put("lost", receipts.lost())
        .put("waiting", receipts.waiting())
        .put("undelivered", receipts.undelivered())
        .put("withoutMsgid", receipts.withoutMsgid())
        .put("medianMs", receipts.medianMicros() / 1_000.0)
        .put("p99Ms", receipts.p99Micros() / 1_000.0);
    ConversationCounts conversations = state.conversations().counts();
    report
        .putObject("conversations")
        .put("started", conversations.started())
        .put("answered", conversations.answered())
        .put("silent", conversations.silent());
  }
}
