package io.hongyan.gateway.callback;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** A rule, ready to answer. Thread-safe. */
final class AutoReplyRule {

  private static final Logger log = LoggerFactory.getLogger(AutoReplyRule.class);
  private static final JsonMapper JSON = new JsonMapper();

  private final AutoReplyRow row;
  private final Occasion occasion;
  private final @Nullable TextMatch match;
  private final @Nullable PassiveReply reply;
  private final AtomicBoolean foundSlow = new AtomicBoolean();

  private AutoReplyRule(
      AutoReplyRow row,
      Occasion occasion,
      @Nullable TextMatch match,
      @Nullable PassiveReply reply) {
    this.row = row;
    this.occasion = occasion;
    this.match = match;
    this.reply = reply;
  }

  /**
   * The rule that a row holds.
   *
   * @throws InvalidReplyException if it holds none that this version understands
   */
  static AutoReplyRule of(AutoReplyRow row, Duration regexTimeout) throws InvalidReplyException {
    try {
      ReplyDraft draft = JSON.readValue(row.reply(), ReplyDraft.class);
      return new AutoReplyRule(
          row,
          Occasion.ofText(row.occasion())
              .orElseThrow(() -> new InvalidReplyException("unknown occasion")),
          match(row.match(), row.pattern(), regexTimeout),
          draft.isForward() ? null : draft.check());
    } catch (JacksonException | PatternSyntaxException e) {
      throw new InvalidReplyException(e.getClass().getSimpleName());
    }
  }

  /**
   * What a keyword rule looks for; null for others.
   *
   * @throws PatternSyntaxException if the regular expression is none
   */
  static @Nullable TextMatch match(
      @Nullable String match, @Nullable String pattern, Duration regexTimeout)
      throws InvalidReplyException {
    if (match == null || pattern == null) {
      return null;
    }
    return switch (match) {
      case "exact" -> new TextMatch.Exact(pattern);
      case "contains" -> new TextMatch.Contains(pattern);
      case "regex" -> new TextMatch.Regex(Pattern.compile(pattern), regexTimeout);
      default -> throw new InvalidReplyException("match must be exact, contains or regex");
    };
  }

  AutoReplyRow row() {
    return row;
  }

  Occasion occasion() {
    return occasion;
  }

  /** The reply; null = the internal system is to be asked. */
  @Nullable PassiveReply reply() {
    return reply;
  }

  boolean forwards() {
    return reply == null;
  }

  /** As it stands in {@code callback_log.handler}. */
  String handler() {
    return occasion.text() + " " + row.id();
  }

  /**
   * Whether a keyword rule fits a text. One that takes too long does not fit; its first time is
   * logged.
   *
   * @param endNanos when it must have been said, in terms of {@link System#nanoTime()}
   * @param slow told each time that it takes too long
   */
  boolean fits(String text, long endNanos, Runnable slow) {
    try {
      return Objects.requireNonNull(match).fits(text, endNanos);
    } catch (TextMatch.TooSlowException e) {
      slow.run();
      if (foundSlow.compareAndSet(false, true)) {
        log.warn(
            "regular expression takes too long and counts as no match, make it simpler account={} rule={}",
            row.accountId(),
            row.id());
      }
      return false;
    }
  }
}
