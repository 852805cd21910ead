package io.hongyan.bench.scenario;

import static io.hongyan.bench.report.Figures.text;

import io.hongyan.bench.load.Format;
import io.hongyan.bench.load.ReceiptPosts;
import io.hongyan.bench.report.Figures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Request;
import tools.jackson.databind.JsonNode;

/**
 * How soon WeChat gets its answer to a delivery receipt, alone and while a batch of the same
 * account is being sent. Each round's receipts are those of a batch that was sent before, and are
 * over when all of them are counted as delivered.
 */
final class Receipts implements Scenario {

  private static final String ACCOUNT = "receipts";
  private static final int PER_SECOND = 2_000;
  private static final int SECONDS = 15;
  private static final int IN_FLIGHT = 200;
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @Override
  public String name() {
    return "receipts";
  }

  @Override
  public List<String> measure(Bed bed) {
    bed.warmAccount(ACCOUNT, IN_FLIGHT);
    ReceiptPosts posts = new ReceiptPosts(bed.stack(), ACCOUNT);
    // A gateway that has just been started cannot keep WeChat's 5 seconds at the full rate.
    for (int perSecond : List.of(PER_SECOND / 4, PER_SECOND / 2, PER_SECOND)) {
      round(bed, posts, perSecond, false);
    }
    List<Figures> alone = new ArrayList<>();
    List<Figures> beside = new ArrayList<>();
    List<Run> runs = new ArrayList<>();
    for (int round = 1; round <= bed.rounds(); round++) {
      Measured quiet = round(bed, posts, PER_SECOND, false);
      Measured busy = round(bed, posts, PER_SECOND, true);
      alone.add(quiet.millis());
      beside.add(busy.millis());
      runs.add(quiet.run());
      System.out.printf(
          "  round %d: p99 alone %s ms, beside a batch %s ms%n",
          round, text(alone.getLast().percentile(99), 1), text(beside.getLast().percentile(99), 1));
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        "| receipts at %s/s, ms from when each was due to its answer | p50 | p99 | p99.9 |"
            .formatted(text(PER_SECOND, 0)));
    lines.add("|---|---:|---:|---:|");
    lines.add(line("alone", alone));
    lines.add(
        line(
            "beside a batch of the same account, %d in flight at %d ms"
                .formatted(IN_FLIGHT, Bed.LATENCY.toMillis()),
            beside));
    lines.add("");
    lines.add("| alone, until the last is counted as delivered | CPU µs a receipt |");
    lines.add("|---|---:|");
    for (String part : List.of("gateway", "RabbitMQ", "sender", "PostgreSQL", "Redis")) {
      lines.add("| %s | %s |".formatted(part, Figures.of(runs, run -> run.micros(part)).toCell(0)));
    }
    return lines;
  }

  private static String line(String name, List<Figures> rounds) {
    return "| %s | %s | %s | %s |"
        .formatted(
            name,
            Figures.of(rounds, Figures::median).toCell(1),
            Figures.of(rounds, round -> round.percentile(99)).toCell(1),
            Figures.of(rounds, round -> round.percentile(99.9)).toCell(1));
  }

  private static Measured round(Bed bed, ReceiptPosts posts, int perSecond, boolean besideBatch) {
    int receipts = perSecond * SECONDS;
    bed.wechat().reset(Bed.NO_LATENCY);
    String answered = submit(bed, receipts);
    bed.gateway().awaitRecorded(List.of(answered), LIMIT);
    List<Request> requests = posts.receiptsOf(messages(bed, receipts));
    List<String> beside = new ArrayList<>();
    if (besideBatch) {
      bed.wechat().reset(Bed.LATENCY);
      int bulk = (int) (IN_FLIGHT * 1_000L / Bed.LATENCY.toMillis()) * 2 * SECONDS;
      beside.add(submit(bed, bulk));
      bed.awaitAccepted(bulk / 20, LIMIT);
    }
    Stopwatch watch = Stopwatch.start(bed.stack().parts());
    Figures millis = new Figures(posts.post(requests, perSecond));
    bed.gateway().awaitDelivered(answered, LIMIT);
    Run run = watch.stop(receipts);
    bed.gateway().awaitRecorded(beside, LIMIT);
    return new Measured(millis, run);
  }

  private static String submit(Bed bed, int messages) {
    return bed.gateway()
        .submit(ACCOUNT, Format.NDJSON, bed.recipients().body(Format.NDJSON, messages), "");
  }

  private static List<JsonNode> messages(Bed bed, int wanted) {
    List<JsonNode> messages = new ArrayList<>();
    while (messages.size() < wanted) {
      bed.wechat().messages(messages.size()).get("messages").forEach(messages::add);
    }
    return messages;
  }

  private record Measured(Figures millis, Run run) {}
}
