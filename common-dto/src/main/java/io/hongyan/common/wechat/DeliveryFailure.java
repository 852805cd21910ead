package io.hongyan.common.wechat;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Why WeChat did not deliver a message that it had accepted, by the status of its {@code
 * TEMPLATESENDJOBFINISH} event, and what a person should do, in English and Chinese (wechat-api 5;
 * {@code freq limit} is not documented but seen).
 */
public enum DeliveryFailure {
  USER_BLOCK(
      "user block",
      "The person refuses messages of this account, or has unfollowed it; use another channel",
      "用户拒收该公众号的消息或已取消关注，请改用其他渠道"),
  SYSTEM_FAILED(
      "system failed",
      "WeChat failed to deliver it and gives no reason; if it matters, send it again later",
      "微信投递失败且未说明原因；如有必要，可稍后重新发送"),
  FREQ_LIMIT(
      "freq limit",
      "The person was sent too much in a short time; send less often, and this one again later",
      "短时间内发给该用户的消息过多；请降低频率，稍后再发"),
  /** Any other; WeChat's list is not complete. */
  OTHER(
      "",
      "WeChat did not deliver it for a reason that is not documented; see the status",
      "微信未投递，原因未见于文档，请查看 status");

  private static final String PREFIX = "failed:";

  private final String reason;
  private final String adviceEn;
  private final String adviceZh;

  DeliveryFailure(String reason, String adviceEn, String adviceZh) {
    this.reason = reason;
    this.adviceEn = adviceEn;
    this.adviceZh = adviceZh;
  }

  /**
   * The failure that a status tells of; empty for {@code success}. WeChat writes a blank after the
   * colon in some statuses and none in others.
   */
  public static Optional<DeliveryFailure> of(String status) {
    String text = status.strip().toLowerCase(Locale.ROOT);
    if (text.equals("success")) {
      return Optional.empty();
    }
    String reason = text.startsWith(PREFIX) ? text.substring(PREFIX.length()).strip() : text;
    return Optional.of(
        Arrays.stream(values())
            .filter(failure -> failure.reason.equals(reason))
            .findFirst()
            .orElse(OTHER));
  }

  /** What a person should do, in English. */
  public String adviceEn() {
    return adviceEn;
  }

  /** What a person should do, in Chinese. */
  public String adviceZh() {
    return adviceZh;
  }
}
