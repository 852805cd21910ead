package io.hongyan.simulator.account;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Openids in the order in which they joined. Those it began with are not copied: only who joined or
 * left since is stored. Thread-safe; {@link #contains} takes no lock, sends wait for it.
 */
final class Membership {

  private final OpenidSequence beginning;

  /**
   * Where who joined or left since is: his place, or {@code ~place} of him who has left from there.
   * A place is never given to another, so that paging goes on after one who has left meanwhile.
   */
  private final Map<String, Integer> changed = new ConcurrentHashMap<>();

  /** Who joined since, in places from {@code beginning.size()} on. */
  private final List<String> joined = new ArrayList<>();

  private int size;

  Membership(OpenidSequence beginning) {
    this.beginning = beginning;
    this.size = beginning.size();
  }

  boolean contains(String openid) {
    return placeOf(openid) >= 0;
  }

  synchronized int size() {
    return size;
  }

  /** Returns false when it was in already. */
  synchronized boolean add(String openid) {
    if (contains(openid)) {
      return false;
    }
    // Who comes back comes last: he has joined anew.
    changed.put(openid, beginning.size() + joined.size());
    joined.add(openid);
    size++;
    return true;
  }

  /** Returns false when it was not in. */
  synchronized boolean remove(String openid) {
    int place = placeOf(openid);
    if (place < 0) {
      return false;
    }
    changed.put(openid, ~place);
    size--;
    return true;
  }

  /**
   * The openids after one.
   *
   * @param after the last one of the page before, in or left meanwhile; empty: from the first on
   * @return null when {@code after} never was in
   */
  synchronized @Nullable OpenidPage page(String after, int limit) {
    int place = 0;
    if (!after.isEmpty()) {
      int last = lastPlaceOf(after);
      if (last < 0) {
        return null;
      }
      place = last + 1;
    }
    List<String> openids = new ArrayList<>(Math.min(limit, size));
    for (int end = beginning.size() + joined.size();
        place < end && openids.size() < limit;
        place++) {
      String openid =
          place < beginning.size() ? beginning.get(place) : joined.get(place - beginning.size());
      // He may have left from here and joined again further on.
      if (placeOf(openid) == place) {
        openids.add(openid);
      }
    }
    return new OpenidPage(size, openids);
  }

  /** Negative when it is not in. */
  private int placeOf(String openid) {
    Integer place = changed.get(openid);
    return place == null ? beginning.placeOf(openid) : place;
  }

  /** Negative when it never was in. */
  private int lastPlaceOf(String openid) {
    Integer place = changed.get(openid);
    if (place == null) {
      return beginning.placeOf(openid);
    }
    return place < 0 ? ~place : place;
  }
}
