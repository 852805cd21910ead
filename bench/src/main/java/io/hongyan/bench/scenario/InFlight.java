package io.hongyan.bench.scenario;

import static io.hongyan.bench.report.Figures.text;

import io.hongyan.bench.load.Format;
import io.hongyan.bench.report.Figures;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * At WeChat's latency the sends in flight decide. Measured in the middle of a batch, from 20 % to
 * 80 % of it accepted, for ramp-up and tail say nothing about a campaign.
 */
final class InFlight implements Scenario {

  private static final int SECONDS = 15;
  private static final List<Integer> SIZES = List.of(500, 1_000);
  private static final List<Integer> THREADS = List.of(100, 500, 1_000);
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @Override
  public String name() {
    return "in-flight";
  }

  @Override
  public List<String> measure(Bed bed) throws InterruptedException {
    Map<Integer, List<Double>> product = new LinkedHashMap<>();
    Map<Integer, List<Double>> wxjava = new LinkedHashMap<>();
    for (int size : SIZES) {
      bed.warmAccount("flight-" + size, size);
    }
    for (int round = 1; round <= bed.rounds(); round++) {
      for (int size : SIZES) {
        add(product, round, "Hongyan", size, productsRate(bed, size));
      }
      for (int threads : THREADS) {
        add(wxjava, round, "WxJava", threads, wxjavasRate(bed, threads));
      }
    }
    return lines(product, wxjava);
  }

  private static void add(
      Map<Integer, List<Double>> rates, int round, String name, int inFlight, double rate) {
    rates.computeIfAbsent(inFlight, unused -> new ArrayList<>()).add(rate);
    System.out.printf("  round %d: %s, %d in flight, %s/s%n", round, name, inFlight, text(rate, 0));
  }

  private static int ideal(int inFlight) {
    return (int) (inFlight * 1_000L / Bed.LATENCY.toMillis());
  }

  private static double productsRate(Bed bed, int inFlight) {
    int messages = ideal(inFlight) * SECONDS;
    Path body = bed.recipients().body(Format.NDJSON, messages);
    bed.wechat().reset(Bed.LATENCY);
    String batch = bed.gateway().submit("flight-" + inFlight, Format.NDJSON, body, "");
    double rate = steadyRate(bed, messages);
    bed.gateway().awaitRecorded(List.of(batch), LIMIT);
    return rate;
  }

  private static double wxjavasRate(Bed bed, int threads) throws InterruptedException {
    int messages = ideal(threads) * SECONDS / 2;
    try (PeerProcess peer =
        bed.peer(
            "wxjava-log",
            messages,
            messages / 4,
            "--threads",
            Integer.toString(threads),
            "--connections",
            "100")) {
      bed.wechat().reset(Bed.LATENCY);
      Thread running = Thread.ofVirtual().start(peer::run);
      double rate = steadyRate(bed, messages);
      running.join();
      return rate;
    }
  }

  private static double steadyRate(Bed bed, int messages) {
    Stopwatch watch = Stopwatch.start(bed.stack().parts());
    Reading from = awaitAccepted(bed, messages / 5, watch);
    Reading to = awaitAccepted(bed, messages * 4 / 5, watch);
    return (to.accepted - from.accepted) / (to.seconds - from.seconds);
  }

  private static Reading awaitAccepted(Bed bed, int wanted, Stopwatch watch) {
    bed.awaitAccepted(wanted, LIMIT);
    return new Reading(watch.seconds(), bed.wechat().accepted());
  }

  private static List<String> lines(
      Map<Integer, List<Double>> product, Map<Integer, List<Double>> wxjava) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "| %d ms latency | messages/s | of in flight ÷ latency |"
            .formatted(Bed.LATENCY.toMillis()));
    lines.add("|---|---:|---:|");
    product.forEach(
        (size, rates) -> lines.add(line("Hongyan, %d in flight, one sender", size, rates)));
    wxjava.forEach(
        (threads, rates) ->
            lines.add(line("WxJava, %d threads, one log row a send", threads, rates)));
    lines.add("");
    product.forEach(
        (size, rates) -> {
          double rate = new Figures(rates).median();
          List<String> times = new ArrayList<>();
          wxjava.forEach(
              (threads, peers) ->
                  times.add(
                      "%s times %d threads"
                          .formatted(text(rate / new Figures(peers).median(), 1), threads)));
          lines.add(
              "With %d in flight Hongyan is %s of WxJava."
                  .formatted(size, String.join(", ", times)));
        });
    return lines;
  }

  private static String line(String name, int inFlight, List<Double> rates) {
    Figures rate = new Figures(rates);
    return "| %s | %s | %s %% |"
        .formatted(
            name.formatted(inFlight),
            rate.toCell(0),
            text(100 * rate.median() / ideal(inFlight), 1));
  }

  private record Reading(double seconds, int accepted) {}
}
