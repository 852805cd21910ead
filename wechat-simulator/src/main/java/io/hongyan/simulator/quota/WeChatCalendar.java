package io.hongyan.simulator.quota;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;

/**
 * The days and months by which WeChat counts. It does not say when they begin; midnight in China is
 * what is assumed everywhere.
 */
public final class WeChatCalendar {

  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");

  private WeChatCalendar() {}

  /** The day's number since 1970-01-01. */
  public static long dayOf(Instant moment) {
    return LocalDate.ofInstant(moment, ZONE).toEpochDay();
  }

  public static YearMonth monthOf(Instant moment) {
    return YearMonth.from(moment.atZone(ZONE));
  }
}
