package io.hongyan.simulator.quota;

import java.time.Instant;
import java.time.YearMonth;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts how often each account has cleared its quotas in a month. Thread-safe. */
public final class QuotaClears {

  private final Map<String, MonthCount> byAppid = new ConcurrentHashMap<>();

  private record MonthCount(YearMonth month, int count) {}

  /** Counts one clearing when fewer than {@code perMonth} have been; else returns false. */
  public boolean claim(String appid, Instant now, int perMonth) {
    YearMonth month = WeChatCalendar.monthOf(now);
    boolean[] granted = new boolean[1];
    byAppid.compute(
        appid,
        (unused, before) -> {
          int count = before == null || !before.month().equals(month) ? 0 : before.count();
          granted[0] = count < perMonth;
          return new MonthCount(month, granted[0] ? count + 1 : count);
        });
    return granted[0];
  }

  public void reset() {
    byAppid.clear();
  }
}
