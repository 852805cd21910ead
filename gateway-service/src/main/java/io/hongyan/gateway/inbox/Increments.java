package io.hongyan.gateway.inbox;

import java.time.Instant;
import java.util.List;
import java.util.TreeSet;

/**
 * What one person lacks: announcements to be copied, and the floor that holds once they are.
 * Writing them twice, or after others that were found earlier or later, does no harm.
 *
 * @param floor the place up to which all announcements are then decided for the person
 * @param announcements ids, each once
 * @param foundAt when it was looked for, by the database's clock
 * @param isNews whether anything has to be written, if only a floor
 */
record Increments(
    String uid, long floor, List<Long> announcements, Instant foundAt, boolean isNews) {

  /** Both in one, for the same person. */
  Increments and(Increments other) {
    TreeSet<Long> all = new TreeSet<>(announcements);
    all.addAll(other.announcements);
    return new Increments(
        uid,
        Math.max(floor, other.floor),
        List.copyOf(all),
        foundAt.isBefore(other.foundAt) ? foundAt : other.foundAt,
        isNews || other.isNews);
  }

  /** For an SQL array. */
  Long[] ids() {
    return announcements.toArray(Long[]::new);
  }
}
