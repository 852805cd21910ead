package io.hongyan.sender.gate;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * The day over which WeChat counts calls. When the counters start anew is not documented; midnight
 * in China is what everybody believes (wechat-api 2.2, unsure).
 */
public final class WeChatDay {

  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");

  private WeChatDay() {}

  /** When the day of this moment began. */
  public static Instant startOf(Instant moment) {
    return LocalDate.ofInstant(moment, ZONE).atStartOfDay(ZONE).toInstant();
  }

  /** When the day of this moment ends and the next one begins. */
  public static Instant endOf(Instant moment) {
    return LocalDate.ofInstant(moment, ZONE).plusDays(1).atStartOfDay(ZONE).toInstant();
  }
}
