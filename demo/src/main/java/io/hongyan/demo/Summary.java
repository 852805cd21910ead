package io.hongyan.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Tells what became of the batch: accepted, refused with reasons, sent, failed with advice. */
final class Summary {

  private final JsonClient gateway;
  private final PrintStream out;

  Summary(JsonClient gateway, PrintStream out) {
    this.gateway = gateway;
    this.out = out;
  }

  void print(String batchId, BatchProgress batch, Duration took) {
    out.printf(
        "%nbatch %s: %,d recipients, recorded in %.1f s%n",
        batchId, batch.total() + batch.rejected(), took.toMillis() / 1000.0);
    out.printf("  accepted %,8d%n", batch.total());
    out.printf("  refused  %,8d  at intake, by the template's rules%n", batch.rejected());
    printGroups("/v1/batches/" + batchId + "/rejections", Summary::rejection);
    out.printf("  sent     %,8d  taken by WeChat%n", batch.succeeded());
    out.printf("  failed   %,8d%n", batch.failed());
    batch
        .failuresByClass()
        .keySet()
        .forEach(
            failureClass ->
                printGroups(
                    "/v1/batches/" + batchId + "/failures?class=" + failureClass,
                    Summary::failure));
  }

  private void printGroups(String path, Sentence sentence) {
    Map<String, List<JsonNode>> groups = new LinkedHashMap<>();
    for (JsonNode item : gateway.get(path).path("items")) {
      groups.computeIfAbsent(sentence.of(item), s -> new ArrayList<>()).add(item);
    }
    groups.forEach((text, items) -> out.printf("    %,4d x %s%n", items.size(), text));
  }

  private static String rejection(JsonNode item) {
    String reason = item.path("reason").asString("");
    String detail = item.path("detail").asString("");
    return detail.isEmpty() ? reason : reason + ": " + detail;
  }

  private static String failure(JsonNode item) {
    return "%s, errcode %s: %s"
        .formatted(
            item.path("class").asString(""),
            item.path("errcode").asString("none"),
            item.path("advice").asString(""));
  }

  /** What is said of a recipient; equal sentences are counted instead of repeated. */
  private interface Sentence {
    String of(JsonNode item);
  }
}
