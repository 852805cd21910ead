package io.hongyan.chaos.scenario;

import java.util.function.Predicate;

/**
 * One kind of fault, thrown at the stack in round after round.
 *
 * @param name as typed after {@code ./hongyan chaos}
 * @param fault what goes wrong, for the table
 * @param tolerance what the fault explains
 * @param smallLogDisk whether the services' logs are on a disk that can be filled
 * @param slowsDown whether the product sends less for minutes afterwards, on purpose
 * @param injection breaks and mends
 * @param hit whether the fault met any message, asked when all is over
 */
public record Scenario(
    String name,
    String fault,
    Tolerance tolerance,
    boolean smallLogDisk,
    Traffic traffic,
    boolean slowsDown,
    Injection injection,
    Predicate<Round> hit) {

  /** Breaks something while messages flow, and mends it. */
  @FunctionalInterface
  interface Injection {

    /** Returns when all that it broke is on its way back; it need not be there yet. */
    void into(Round round) throws Exception;
  }

  /** A fault that waits for messages to flow before each break, and so cannot miss them. */
  static Scenario of(String name, String fault, Tolerance tolerance, Injection injection) {
    return new Scenario(
        name, fault, tolerance, false, Traffic.USUAL, false, injection, round -> true);
  }

  Scenario with(Traffic other) {
    return new Scenario(name, fault, tolerance, smallLogDisk, other, slowsDown, injection, hit);
  }

  Scenario onSmallLogDisk() {
    return new Scenario(name, fault, tolerance, true, traffic, slowsDown, injection, hit);
  }

  Scenario slowingDown() {
    return new Scenario(name, fault, tolerance, smallLogDisk, traffic, true, injection, hit);
  }

  /** What to look at to see that the fault was met. */
  Scenario provenBy(Predicate<Round> seen) {
    return new Scenario(name, fault, tolerance, smallLogDisk, traffic, slowsDown, injection, seen);
  }
}
