package io.hongyan.bench.scenario;

import java.util.List;

/** Every measurement, in the order in which they run. */
public final class Scenarios {

  private Scenarios() {}

  /**
   * @param historyRows rows that the tables hold in {@code history}
   * @param longRunMessages messages of {@code long-run}
   */
  public static List<Scenario> all(int historyRows, int longRunMessages) {
    return List.of(
        new ProcessSizes(),
        new Throughput(),
        new Profile(),
        new InFlight(),
        new ManyAccounts(),
        new SingleRequests(),
        new UrgentBesideBulk(),
        new Receipts(),
        new AppInbox(),
        new Senders(),
        new Intake(),
        new LongRun(longRunMessages),
        new History(historyRows));
  }
}
