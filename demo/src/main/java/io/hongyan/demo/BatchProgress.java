package io.hongyan.demo;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * What `GET /v1/batches/{id}` says at one moment.
 *
 * @param total accepted recipients
 * @param rejected recipients refused at intake, not part of total
 * @param delivered messages with a receipt that says that they arrived
 * @param failuresByClass only classes with failures
 */
record BatchProgress(
    String state,
    String reason,
    long total,
    long rejected,
    long succeeded,
    long failed,
    long delivered,
    long undelivered,
    Map<String, Long> failuresByClass) {

  static BatchProgress read(JsonNode batch) {
    Map<String, Long> byClass = new LinkedHashMap<>();
    batch
        .path("failuresByClass")
        .propertyStream()
        .filter(entry -> entry.getValue().asLong() > 0)
        .forEach(entry -> byClass.put(entry.getKey(), entry.getValue().asLong()));
    return new BatchProgress(
        batch.path("state").asString(""),
        batch.path("stateReason").asString(""),
        batch.path("total").asLong(),
        batch.path("rejected").asLong(),
        batch.path("succeeded").asLong(),
        batch.path("failed").asLong(),
        batch.path("delivered").asLong(),
        batch.path("undelivered").asLong(),
        byClass);
  }

  long recorded() {
    return succeeded + failed;
  }

  /** Messages of which WeChat has said what became of them. */
  long receipts() {
    return delivered + undelivered;
  }

  boolean isDone() {
    return state.equals("done");
  }

  /** Nothing more will happen without a person. */
  boolean isHalted() {
    return state.equals("paused") || state.equals("cancelled");
  }
}
