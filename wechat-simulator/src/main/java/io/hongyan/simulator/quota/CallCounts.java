package io.hongyan.simulator.quota;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts the calls each account makes in a day, by path, other than sends. Thread-safe. */
public final class CallCounts {

  private final Map<Counter, DayCount> counts = new ConcurrentHashMap<>();

  private record Counter(String appid, String path) {}

  private record DayCount(long day, long count) {}

  public void count(String appid, String path, Instant now) {
    counts.merge(
        new Counter(appid, path),
        new DayCount(WeChatCalendar.dayOf(now), 1),
        (before, one) ->
            before.day() == one.day() ? new DayCount(one.day(), before.count() + 1) : one);
  }

  /** How often the account has called the path on the day of {@code now}. */
  public long usedToday(String appid, String path, Instant now) {
    DayCount counted = counts.get(new Counter(appid, path));
    return counted == null || counted.day() != WeChatCalendar.dayOf(now) ? 0 : counted.count();
  }

  /** Lets the account's day begin anew. */
  public void clear(String appid) {
    counts.keySet().removeIf(counter -> counter.appid().equals(appid));
  }

  public void reset() {
    counts.clear();
  }
}
