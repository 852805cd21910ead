package io.hongyan.chaos.scenario;

import java.util.Set;

/**
 * One kind of fault, thrown at the stack in round after round.
 *
 * @param name as typed after {@code ./hongyan chaos}
 * @param fault what goes wrong, for the table
 * @param allowedFailures classes in {@code send_failed} that the fault explains, beside {@code
 *     uncertain}; any other failure of a recipient that WeChat would have taken is a finding
 * @param mayAskTwice whether WeChat may be asked again for a message that it accepted (and drop
 *     it): only where an answer or a process was lost
 * @param smallLogDisk whether the services' logs are on a disk that can be filled
 * @param injection breaks and mends
 */
public record Scenario(
    String name,
    String fault,
    Set<String> allowedFailures,
    boolean mayAskTwice,
    boolean smallLogDisk,
    Traffic traffic,
    Injection injection) {

  /** Breaks something while messages flow, and mends it. */
  @FunctionalInterface
  interface Injection {

    /** Returns when all that it broke is on its way back; it need not be there yet. */
    void into(Round round) throws Exception;
  }

  static Scenario of(String name, String fault, Injection injection) {
    return new Scenario(name, fault, Set.of(), true, false, Traffic.USUAL, injection);
  }

  Scenario allowing(String... failures) {
    return new Scenario(
        name, fault, Set.of(failures), mayAskTwice, smallLogDisk, traffic, injection);
  }

  Scenario neverAskingTwice() {
    return new Scenario(name, fault, allowedFailures, false, smallLogDisk, traffic, injection);
  }

  Scenario onSmallLogDisk() {
    return new Scenario(name, fault, allowedFailures, mayAskTwice, true, traffic, injection);
  }

  Scenario with(Traffic other) {
    return new Scenario(name, fault, allowedFailures, mayAskTwice, smallLogDisk, other, injection);
  }
}
