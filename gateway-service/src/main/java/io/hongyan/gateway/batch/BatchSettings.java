package io.hongyan.gateway.batch;

import io.hongyan.common.message.Lane;
import io.hongyan.common.message.PushMessage.MiniProgram;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * The checked settings of a batch. Whether account and template exist is asked later, of the
 * registry.
 *
 * @param ratePerSecond null = no limit beyond the account's
 * @param uniqueRecipients refuse any repeated openid, not only repeated content
 * @param shorten cut a {@code thing} that is too long instead of refusing its recipient
 * @param inboxFallback who cannot be reached for good gets the message in the in-app inbox
 */
record BatchSettings(
    @Nullable String account,
    @Nullable String template,
    @Nullable String url,
    @Nullable MiniProgram miniprogram,
    @Nullable Instant sendAt,
    @Nullable Instant expireAt,
    Lane lane,
    @Nullable Integer ratePerSecond,
    boolean uniqueRecipients,
    boolean shorten,
    boolean inboxFallback) {

  private static final int MAX_RATE = 100_000;
  private static final int MAX_APPID = 64;
  private static final int MAX_PAGEPATH = 1_024;
  // Beyond it PostgreSQL's timestamps end sooner than Java's.
  private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

  /** Checks what was sent: 400 for what cannot be read, 422 for what cannot be done. */
  static BatchSettings of(SettingsForm form, Instant now) {
    String url = form.text(Setting.URL);
    if (url != null && !JumpUrl.isValid(url)) {
      throw form.invalid(Setting.URL, JumpUrl.RULE);
    }
    Instant sendAt = moment(form, Setting.SEND_AT);
    Instant expireAt = moment(form, Setting.EXPIRE_AT);
    if (expireAt != null && !expireAt.isAfter(now)) {
      throw form.invalid(Setting.EXPIRE_AT, "must be in the future");
    }
    if (expireAt != null && sendAt != null && !expireAt.isAfter(sendAt)) {
      throw form.invalid(Setting.EXPIRE_AT, "must be after 'sendAt'");
    }
    return new BatchSettings(
        form.text(Setting.ACCOUNT),
        form.text(Setting.TEMPLATE),
        url,
        miniprogram(form),
        sendAt,
        expireAt,
        choice(form, Setting.PRIORITY, "normal", "urgent") ? Lane.URGENT : Lane.NORMAL,
        rate(form),
        choice(form, Setting.UNIQUE_RECIPIENTS, "false", "true"),
        choice(form, Setting.OVERFLOW, "reject", "shorten"),
        choice(form, Setting.FALLBACK, "none", "inbox"));
  }

  /** The same, to be sent when the run of its schedule was due. */
  BatchSettings sentAt(Instant due) {
    return new BatchSettings(
        account,
        template,
        url,
        miniprogram,
        due,
        expireAt,
        lane,
        ratePerSecond,
        uniqueRecipients,
        shorten,
        inboxFallback);
  }

  /** The same, in front of what waits. */
  BatchSettings urgent() {
    return new BatchSettings(
        account,
        template,
        url,
        miniprogram,
        sendAt,
        expireAt,
        Lane.URGENT,
        ratePerSecond,
        uniqueRecipients,
        shorten,
        inboxFallback);
  }

  /** The state in which a batch with these settings begins. */
  BatchState stateAt(Instant now) {
    return sendAt != null && sendAt.isAfter(now) ? BatchState.SCHEDULED : BatchState.RELEASING;
  }

  private static @Nullable MiniProgram miniprogram(SettingsForm form) {
    String appid = form.text(Setting.MINIPROGRAM_APPID);
    String pagepath = form.text(Setting.MINIPROGRAM_PAGEPATH);
    if (appid == null) {
      if (pagepath != null) {
        throw form.invalid(Setting.MINIPROGRAM_PAGEPATH, "needs 'miniprogramAppid'");
      }
      return null;
    }
    if (!isPlain(appid, MAX_APPID)) {
      throw form.invalid(
          Setting.MINIPROGRAM_APPID, "must have 1 to %d characters".formatted(MAX_APPID));
    }
    if (pagepath != null && !isPlain(pagepath, MAX_PAGEPATH)) {
      throw form.invalid(
          Setting.MINIPROGRAM_PAGEPATH, "must have 1 to %d characters".formatted(MAX_PAGEPATH));
    }
    return new MiniProgram(appid, pagepath);
  }

  private static boolean isPlain(String text, int limit) {
    return !text.isEmpty() && text.length() <= limit && StorableText.isPlain(text);
  }

  private static @Nullable Instant moment(SettingsForm form, Setting setting) {
    String text = form.text(setting);
    if (text == null) {
      return null;
    }
    Instant moment;
    try {
      moment = OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw form.mistyped(setting, "a time with an offset, such as 2026-12-01T09:00:00+08:00");
    }
    if (moment.isBefore(Instant.EPOCH) || moment.isAfter(LATEST)) {
      throw form.invalid(setting, "must be between 1970 and 9999");
    }
    return moment;
  }

  private static @Nullable Integer rate(SettingsForm form) {
    String text = form.text(Setting.RATE_PER_SECOND);
    if (text == null) {
      return null;
    }
    int rate;
    try {
      rate = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw form.mistyped(Setting.RATE_PER_SECOND, "a whole number from 1 to 100,000");
    }
    if (rate < 1 || rate > MAX_RATE) {
      throw form.invalid(Setting.RATE_PER_SECOND, "must be from 1 to 100,000");
    }
    return rate;
  }

  private static boolean choice(SettingsForm form, Setting setting, String usual, String other) {
    String text = form.text(setting);
    if (text == null || text.equals(usual)) {
      return false;
    }
    if (text.equals(other)) {
      return true;
    }
    throw form.mistyped(setting, "'%s' or '%s'".formatted(usual, other));
  }
}
