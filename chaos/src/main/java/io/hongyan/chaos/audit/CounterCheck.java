package io.hongyan.chaos.audit;

import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** Holds a batch's counters, in the tables and over HTTP, against its rows. */
final class CounterCheck {

  private final BatchLedger ledger;
  private final Findings findings;

  CounterCheck(BatchLedger ledger, Findings findings) {
    this.ledger = ledger;
    this.findings = findings;
  }

  void checkTable(String state, int total, int released, int succeeded, int failed) {
    check("table", state, total, released, succeeded, failed, "");
    if (!isOver(state)) {
      findings.add(Finding.UNFINISHED, ledger.batch().batchId() + " is " + state);
    }
  }

  /**
   * @param shown what {@code GET /v1/batches/{id}} answers
   */
  void checkShown(JsonNode shown) {
    Map<String, Integer> byClass = new TreeMap<>();
    shown
        .get("failuresByClass")
        .forEachEntry(
            (failureClass, count) -> {
              if (count.asInt() != 0) {
                byClass.put(failureClass, count.asInt());
              }
            });
    String wrongClasses = byClass.equals(ledger.failuresByClass()) ? "" : " by class " + byClass;
    check(
        "HTTP",
        shown.get("state").stringValue(),
        shown.get("total").asInt(),
        shown.get("released").asInt(),
        shown.get("succeeded").asInt(),
        shown.get("failed").asInt(),
        wrongClasses);
  }

  private void check(
      String where,
      String state,
      int total,
      int released,
      int succeeded,
      int failed,
      String wrongClasses) {
    int promised = ledger.batch().recipients().count();
    // A cancelled batch need not have been released to its end.
    boolean rightRelease = state.equals("cancelled") ? released <= promised : released == promised;
    if (total != promised
        || ledger.batch().total() != promised
        || !rightRelease
        || succeeded != ledger.successRows()
        || failed != ledger.failureRows()
        || !wrongClasses.isEmpty()) {
      findings.add(
          Finding.MISCOUNTED,
          "%s by %s: total %d released %d succeeded %d failed %d%s; submitted %d answered %d, rows %d and %d"
              .formatted(
                  ledger.batch().batchId(),
                  where,
                  total,
                  released,
                  succeeded,
                  failed,
                  wrongClasses,
                  promised,
                  ledger.batch().total(),
                  ledger.successRows(),
                  ledger.failureRows()));
    }
  }

  private static boolean isOver(String state) {
    return state.equals("done") || state.equals("cancelled");
  }
}
