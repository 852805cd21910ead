package io.hongyan.bench.scenario;

import static io.hongyan.bench.report.Figures.text;

import io.hongyan.bench.load.Format;
import io.hongyan.bench.report.Figures;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * At WeChat's latency the sends in flight decide. Measured in the middle of a batch, from 20 % to
 * 80 % of it accepted, for ramp-up and tail say nothing about a campaign.
 */
final class InFlight implements Scenario {

  private static final int SECONDS = 25;
  private static final int WXJAVA_THREADS = 100;
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @Override
  public String name() {
    return "in-flight";
  }

  @Override
  public List<String> measure(Bed bed) {
    List<Integer> sizes = List.of(500, 1_000);
    List<List<Double>> rates = List.of(new ArrayList<>(), new ArrayList<>());
    List<Double> wxjava = new ArrayList<>();
    for (int size : sizes) {
      bed.warmAccount("flight-" + size, size);
    }
    for (int round = 1; round <= bed.rounds(); round++) {
      for (int i = 0; i < sizes.size(); i++) {
        double rate = steadyRate(bed, "flight-" + sizes.get(i), sizes.get(i));
        rates.get(i).add(rate);
        System.out.printf("  round %d: %d in flight, %s/s%n", round, sizes.get(i), text(rate, 0));
      }
      bed.wechat().reset(Bed.LATENCY);
      int messages = ideal(WXJAVA_THREADS) * SECONDS / 2;
      try (PeerProcess peer = bed.peer("wxjava-log", messages, messages / 4)) {
        wxjava.add(peer.run().perSecond());
      }
    }
    return lines(sizes, rates, wxjava);
  }

  private static int ideal(int inFlight) {
    return (int) (inFlight * 1_000L / Bed.LATENCY.toMillis());
  }

  private static double steadyRate(Bed bed, String account, int inFlight) {
    int messages = ideal(inFlight) * SECONDS;
    Path body = bed.recipients().body(Format.NDJSON, messages);
    bed.wechat().reset(Bed.LATENCY);
    String batch = bed.gateway().submit(account, Format.NDJSON, body, "");
    Stopwatch watch = Stopwatch.start(bed.stack().parts());
    Reading from = awaitAccepted(bed, messages / 5, watch);
    Reading to = awaitAccepted(bed, messages * 4 / 5, watch);
    bed.gateway().awaitRecorded(List.of(batch), LIMIT);
    return (to.accepted - from.accepted) / (to.seconds - from.seconds);
  }

  private static Reading awaitAccepted(Bed bed, int wanted, Stopwatch watch) {
    bed.awaitAccepted(wanted, LIMIT);
    return new Reading(watch.seconds(), bed.wechat().accepted());
  }

  private static List<String> lines(
      List<Integer> sizes, List<List<Double>> rates, List<Double> wxjava) {
    Figures peer = new Figures(wxjava);
    List<String> lines = new ArrayList<>();
    lines.add(
        "| %d ms latency | messages/s | of in flight ÷ latency | against WxJava |"
            .formatted(Bed.LATENCY.toMillis()));
    lines.add("|---|---:|---:|---:|");
    for (int i = 0; i < sizes.size(); i++) {
      Figures rate = new Figures(rates.get(i));
      lines.add(
          "| Hongyan, %d in flight, one sender | %s | %s %% | %s times |"
              .formatted(
                  sizes.get(i),
                  rate.toCell(0),
                  text(100 * rate.median() / ideal(sizes.get(i)), 1),
                  text(rate.median() / peer.median(), 1)));
    }
    lines.add(
        "| WxJava, %d threads, one log row a send | %s | %s %% | |"
            .formatted(
                WXJAVA_THREADS,
                peer.toCell(0),
                text(100 * peer.median() / ideal(WXJAVA_THREADS), 1)));
    return lines;
  }

  private record Reading(double seconds, int accepted) {}
}
