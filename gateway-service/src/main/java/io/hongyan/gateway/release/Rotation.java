package io.hongyan.gateway.release;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gives the accounts of a lane their turns among the workers of this gateway: the one that waited
 * longest first, and never one account to two workers. Thread-safe.
 */
final class Rotation {

  private final Map<String, Long> lastTurn = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  private long turns;

  /** The account whose turn it is; {@link #done} must follow. Empty if all of them are taken. */
  synchronized Optional<String> take(Collection<String> accounts) {
    Optional<String> next =
        accounts.stream()
            .filter(account -> !taken.contains(account))
            .min(Comparator.comparingLong(account -> lastTurn.getOrDefault(account, 0L)));
    next.ifPresent(taken::add);
    return next;
  }

  /** Ends the account's turn. */
  synchronized void done(String account) {
    taken.remove(account);
    lastTurn.put(account, ++turns);
  }
}
