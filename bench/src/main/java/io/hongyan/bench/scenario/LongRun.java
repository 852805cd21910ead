package io.hongyan.bench.scenario;

import static io.hongyan.bench.report.Figures.text;

import io.hongyan.bench.machine.ProcessTree;
import java.util.ArrayList;
import java.util.List;

/** Batch after batch until millions are through: what a message costs must not grow. */
final class LongRun implements Scenario {

  private static final int BATCH = 1_000_000;
  private static final int FIRST = 100_000;
  private static final double MEGABYTE = 1 << 20;

  private final int messages;

  LongRun(int messages) {
    this.messages = messages;
  }

  @Override
  public String name() {
    return "long-run";
  }

  @Override
  public List<String> measure(Bed bed) {
    List<String> account = bed.warmAccount("long-run", Bed.MANY_IN_FLIGHT);
    List<String> lines = new ArrayList<>();
    lines.add(
        "| messages so far | messages/s | CPU µs: sender | gateway | RabbitMQ | PostgreSQL | all | resident MB: sender | gateway |");
    lines.add("|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    int sent = 0;
    while (sent < messages) {
      int next = sent == 0 ? FIRST : Math.min(BATCH, messages - sent);
      Run run = bed.pipeline().send(account, next, Bed.NO_LATENCY);
      sent += next;
      lines.add(
          "| %s | %s | %s | %s | %s | %s | %s | %s | %s |"
              .formatted(
                  text(sent, 0),
                  text(run.perSecond(), 0),
                  text(run.micros("sender"), 1),
                  text(run.micros("gateway"), 1),
                  text(run.micros("RabbitMQ"), 1),
                  text(run.micros("PostgreSQL"), 1),
                  text(run.micros(), 0),
                  text(resident(bed, "sender"), 0),
                  text(resident(bed, "gateway"), 0)));
      System.out.println("  " + lines.getLast());
    }
    return lines;
  }

  private static double resident(Bed bed, String part) {
    return bed.stack().parts().getOrDefault(part, List.of()).stream()
            .mapToLong(ProcessTree::residentBytes)
            .sum()
        / MEGABYTE;
  }
}
