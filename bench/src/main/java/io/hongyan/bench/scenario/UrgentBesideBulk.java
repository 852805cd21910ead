package io.hongyan.bench.scenario;

import static io.hongyan.bench.report.Figures.text;

import io.hongyan.bench.load.Format;
import io.hongyan.bench.load.Recipients;
import io.hongyan.bench.report.Figures;
import io.hongyan.stack.http.Answer;
import io.hongyan.stack.http.Deadline;
import io.hongyan.stack.http.HttpCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.JsonNode;

/**
 * Single urgent messages beside a bulk batch of the same account, from the POST to WeChat's own
 * time stamp, which it takes when the call comes in.
 */
final class UrgentBesideBulk implements Scenario {

  private static final int URGENT = 1_000;
  private static final int BULK_SECONDS = 50;
  private static final int IN_FLIGHT = 200;
  private static final Duration MEAN_PAUSE = Duration.ofMillis(20);
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @Override
  public String name() {
    return "urgent";
  }

  @Override
  public List<String> measure(Bed bed) {
    bed.warmAccount("urgent", IN_FLIGHT);
    Random random = new Random(1);
    send(bed, URGENT / 5, random);
    List<Figures> alone = new ArrayList<>();
    List<Figures> beside = new ArrayList<>();
    for (int round = 1; round <= bed.rounds(); round++) {
      alone.add(send(bed, URGENT, random));
      beside.add(besideBulk(bed, random));
      System.out.printf(
          "  round %d: p99 alone %s ms, beside bulk %s ms%n",
          round, text(alone.getLast().percentile(99), 0), text(beside.getLast().percentile(99), 0));
    }
    return List.of(
        "| %s single urgent messages, ms from POST to WeChat | p50 | p99 | p99.9 |"
            .formatted(text(URGENT, 0)),
        "|---|---:|---:|---:|",
        line("alone", alone),
        line(
            "beside a bulk batch of the same account, %d in flight at %d ms"
                .formatted(IN_FLIGHT, Bed.LATENCY.toMillis()),
            beside));
  }

  private static String line(String name, List<Figures> rounds) {
    return "| %s | %s | %s | %s |"
        .formatted(
            name,
            Figures.of(rounds, Figures::median).toCell(0),
            Figures.of(rounds, round -> round.percentile(99)).toCell(0),
            Figures.of(rounds, round -> round.percentile(99.9)).toCell(0));
  }

  private static Figures besideBulk(Bed bed, Random random) {
    int bulk = (int) (IN_FLIGHT * 1_000L / Bed.LATENCY.toMillis()) * BULK_SECONDS;
    bed.wechat().reset(Bed.LATENCY);
    String batch =
        bed.gateway()
            .submit("urgent", Format.NDJSON, bed.recipients().body(Format.NDJSON, bulk), "");
    bed.awaitAccepted(bulk / 20, LIMIT);
    Figures figures = sendNow(bed, URGENT, random);
    if (bed.wechat().accepted() >= bulk) {
      throw new IllegalStateException("the bulk batch was over before the urgent messages were");
    }
    bed.gateway().awaitRecorded(List.of(batch), LIMIT);
    return figures;
  }

  private static Figures send(Bed bed, int count, Random random) {
    bed.wechat().reset(Bed.LATENCY);
    return sendNow(bed, count, random);
  }

  private static Figures sendNow(Bed bed, int count, Random random) {
    HttpCalls gateway = bed.stack().admin();
    Map<String, Long> sentAt = new HashMap<>();
    for (int number = 1; number <= count; number++) {
      // At random moments, so that no poll of the product is met in step.
      Deadline.pass(Duration.ofNanos(random.nextLong(2 * MEAN_PAUSE.toNanos())));
      long before = System.currentTimeMillis();
      try {
        Answer answer =
            gateway
                .call("POST", "/v1/batches", Recipients.single("urgent", number, true))
                .expectingSuccess();
        sentAt.put(answer.json().get("batchId").stringValue() + "-1", before);
      } catch (IOException e) {
        throw new UncheckedIOException("an urgent message was not answered", e);
      }
    }
    return new Figures(awaitAll(bed, sentAt));
  }

  private static List<Double> awaitAll(Bed bed, Map<String, Long> sentAt) {
    Map<String, Long> open = new HashMap<>(sentAt);
    List<Double> millis = new ArrayList<>();
    Deadline deadline = Deadline.in(LIMIT);
    int after = 0;
    while (!open.isEmpty()) {
      if (deadline.isOver()) {
        throw new IllegalStateException(open.size() + " urgent messages did not reach WeChat");
      }
      JsonNode page = bed.wechat().messages(after);
      for (JsonNode message : page.get("messages")) {
        Long sent = open.remove(message.get("clientMsgId").asString(""));
        if (sent != null) {
          millis.add((double) (message.get("at").asLong() - sent));
        }
        after++;
      }
    }
    return millis;
  }
}
