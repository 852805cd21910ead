package io.hongyan.simulator.quota;

import io.hongyan.simulator.settings.Settings;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts the sends each account asks for and refuses those beyond its day or its minute. WeChat
 * counts calls, so one that is refused later, for its data say, has been used as well. Thread-safe.
 */
public final class SendQuota {

  /** Whether a send may go on. */
  public enum Verdict {
    GRANTED,
    DAY_USED_UP,
    MINUTE_USED_UP
  }

  private final Map<String, Usage> byAppid = new ConcurrentHashMap<>();

  /** Counts one send when the limits leave room for it. */
  public Verdict claim(String appid, Instant now, Settings limits) {
    return byAppid.computeIfAbsent(appid, unused -> new Usage()).claim(now, limits);
  }

  /** How many sends the account has used up on the day of {@code now}. */
  public long usedToday(String appid, Instant now) {
    Usage usage = byAppid.get(appid);
    return usage == null ? 0 : usage.today(now);
  }

  /** Lets the account's day begin anew; its minute goes on. */
  void clearDay(String appid) {
    Usage usage = byAppid.get(appid);
    if (usage != null) {
      usage.clearDay();
    }
  }

  public void reset() {
    byAppid.clear();
  }

  private static final class Usage {
    private long day;
    private long usedInDay;
    private long minute;
    private long usedInMinute;

    synchronized Verdict claim(Instant now, Settings limits) {
      advance(now);
      if (usedInDay >= limits.dailyLimit()) {
        return Verdict.DAY_USED_UP;
      }
      if (usedInMinute >= limits.perMinuteLimit()) {
        return Verdict.MINUTE_USED_UP;
      }
      usedInDay++;
      usedInMinute++;
      return Verdict.GRANTED;
    }

    synchronized long today(Instant now) {
      advance(now);
      return usedInDay;
    }

    synchronized void clearDay() {
      usedInDay = 0;
    }

    private void advance(Instant now) {
      long currentMinute = now.getEpochSecond() / 60;
      if (currentMinute == minute) {
        return;
      }
      minute = currentMinute;
      usedInMinute = 0;
      long currentDay = WeChatCalendar.dayOf(now);
      if (currentDay != day) {
        day = currentDay;
        usedInDay = 0;
      }
    }
  }
}
