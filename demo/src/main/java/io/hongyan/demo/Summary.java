package io.hongyan.demo;

import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** Tells what became of the batch: accepted, refused with reasons, sent, failed with advice. */
final class Summary {

  private static final int PLACES_SHOWN = 5;

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
    out.printf("    delivered   %,8d  by WeChat's receipts%n", batch.delivered());
    out.printf("    undelivered %,8d  by WeChat's receipts%n", batch.undelivered());
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

  /** Prints each sentence once, with how often it holds and where it held first. */
  private void printGroups(String path, Function<JsonNode, Line> reader) {
    Map<String, List<String>> places = new LinkedHashMap<>();
    String cursor = "";
    do {
      JsonNode page = gateway.get(path + (path.contains("?") ? "&" : "?") + "limit=1000" + cursor);
      for (JsonNode item : page.path("items")) {
        Line line = reader.apply(item);
        places.computeIfAbsent(line.sentence(), s -> new ArrayList<>()).add(line.place());
      }
      String next = page.path("next").asString("");
      cursor = next.isEmpty() ? "" : "&cursor=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
    } while (!cursor.isEmpty());
    places.forEach(
        (sentence, where) ->
            out.printf(
                "    %,6d  %s (%s%s)%n",
                where.size(),
                sentence,
                String.join(", ", where.subList(0, Math.min(where.size(), PLACES_SHOWN))),
                where.size() > PLACES_SHOWN ? ", …" : ""));
  }

  private static Line rejection(JsonNode item) {
    String reason = item.path("reason").asString("");
    String detail = item.path("detail").asString("");
    return new Line(
        detail.isEmpty() ? reason : reason + ": " + detail,
        "line " + item.path("line").asString("?"));
  }

  private static Line failure(JsonNode item) {
    String sentence =
        "%s, errcode %s: %s"
            .formatted(
                item.path("class").asString(""),
                item.path("errcode").asString("none"),
                item.path("advice").asString(""));
    return new Line(sentence, item.path("ref").asString("?"));
  }

  /** What is said of a recipient, and where it stands in the file. */
  private record Line(String sentence, String place) {}
}
