package io.hongyan.bench.scenario;

import static io.hongyan.bench.report.Figures.text;

import io.hongyan.bench.report.Figures;
import java.util.ArrayList;
import java.util.List;

/** Twenty accounts at once against one account with as many messages. */
final class ManyAccounts implements Scenario {

  private static final int ACCOUNTS = 20;

  @Override
  public String name() {
    return "accounts";
  }

  @Override
  public List<String> measure(Bed bed) {
    List<String> one = bed.warmAccount("alone", Bed.MANY_IN_FLIGHT);
    List<String> many = bed.accounts().putAll("many", ACCOUNTS, Bed.MANY_IN_FLIGHT / ACCOUNTS);
    List<Run> alone = new ArrayList<>();
    List<Run> together = new ArrayList<>();
    for (int round = 1; round <= bed.rounds(); round++) {
      alone.add(bed.pipeline().send(one, bed.messages(), Bed.NO_LATENCY));
      together.add(bed.pipeline().send(many, bed.messages() / ACCOUNTS, Bed.NO_LATENCY));
      System.out.printf(
          "  round %d: one %s/s, twenty %s/s%n",
          round, text(alone.getLast().perSecond(), 0), text(together.getLast().perSecond(), 0));
    }
    Figures single = Figures.of(alone, Run::perSecond);
    Figures twenty = Figures.of(together, Run::perSecond);
    return List.of(
        "| %s messages, no latency | messages/s | CPU µs a message |"
            .formatted(text(bed.messages(), 0)),
        "|---|---:|---:|",
        "| one account | %s | %s |"
            .formatted(single.toCell(0), Figures.of(alone, Run::micros).toCell(0)),
        "| %d accounts, %s messages each | %s | %s |"
            .formatted(
                ACCOUNTS,
                text(bed.messages() / ACCOUNTS, 0),
                twenty.toCell(0),
                Figures.of(together, Run::micros).toCell(0)),
        "",
        "Twenty are %s of one.".formatted(text(twenty.median() / single.median(), 2)));
  }
}
