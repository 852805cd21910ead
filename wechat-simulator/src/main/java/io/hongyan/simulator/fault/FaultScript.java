package io.hongyan.simulator.fault;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The faults that are set, in their order; asked once for every request. Thread-safe. */
public final class FaultScript {

  private final List<ArmedRule> rules = new ArrayList<>();

  /** Spares the usual request, with no fault set, the lock. */
  private volatile boolean empty = true;

  public synchronized void append(List<FaultRule> added) {
    added.stream().map(ArmedRule::new).forEach(rules::add);
    empty = rules.isEmpty();
  }

  public synchronized void clear() {
    rules.clear();
    empty = true;
  }

  /**
   * The fault that strikes this request: the first whose turn it is. Every rule that matches counts
   * the request towards its {@code after}; only the one that strikes uses up a time.
   *
   * @param appid null when the request does not tell its account
   * @return null when the request goes well
   */
  public @Nullable Fault next(String path, @Nullable String appid) {
    return empty ? null : strike(path, appid);
  }

  private synchronized @Nullable Fault strike(String path, @Nullable String appid) {
    ArmedRule struck = null;
    for (ArmedRule rule : rules) {
      if (rule.rule.matches(path, appid) && rule.isDue() && struck == null) {
        struck = rule;
      }
    }
    if (struck == null) {
      return null;
    }
    if (struck.useUp()) {
      rules.remove(struck);
      empty = rules.isEmpty();
    }
    return struck.rule.fault();
  }

  private static final class ArmedRule {
    private final FaultRule rule;
    private long toSkip;
    private long timesLeft;

    ArmedRule(FaultRule rule) {
      this.rule = rule;
      this.toSkip = rule.after();
      this.timesLeft = rule.times();
    }

    /** Counts a matching request. */
    boolean isDue() {
      if (toSkip == 0) {
        return true;
      }
      toSkip--;
      return false;
    }

    /** Returns whether that was the last time. */
    boolean useUp() {
      return rule.times() != FaultRule.ALWAYS && --timesLeft == 0;
    }
  }
}
