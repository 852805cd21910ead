package io.hongyan.gateway.inbox;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The announcements that a person may still have to get, without their content.
 *
 * @param origin names the database that it was read from: several may share a Redis
 * @param revision of the last change that is in here; all before it are
 * @param lastPlace the largest place there is, also of one that is over
 * @param items by place
 */
record LatestList(String origin, long revision, long lastPlace, List<Item> items) {

  static final LatestList NONE = new LatestList("", 0, 0, List.of());

  /**
   * One announcement.
   *
   * @param segment the version of the segment that it is for; null = for all
   * @param until when it ends; null = never
   */
  record Item(long id, long place, @Nullable Long segment, @Nullable Instant until) {

    boolean hasEnded(Instant by) {
      return until != null && !until.isAfter(by);
    }
  }

  /** Whether it is of the same database and no older than the revision. */
  boolean serves(LatestList known, long atLeast) {
    return origin.equals(known.origin) && revision >= atLeast;
  }

  /** Those behind the place that had not ended by that moment. */
  List<Item> after(long place, Instant by) {
    return items.stream().filter(item -> item.place > place && !item.hasEnded(by)).toList();
  }
}
