package io.hongyan.gateway.callback;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A rule as the API shows it.
 *
 * @param reply a JSON object
 * @param problem why it cannot answer now; null = nothing known
 */
record AutoReplyView(
    String account,
    String id,
    String on,
    @Nullable String match,
    @Nullable String pattern,
    int position,
    @JsonRawValue String reply,
    boolean enabled,
    @Nullable String problem,
    Instant createdAt,
    Instant updatedAt) {

  private static final String NO_TARGET =
      "It forwards, and the account's callback has no replyUrl: nothing is answered";

  /**
   * Shows a rule.
   *
   * @param forwards whether it leaves the answer to the internal system
   * @param hasTarget whether the account has one
   */
  static AutoReplyView of(AutoReplyRow row, boolean forwards, boolean hasTarget) {
    return new AutoReplyView(
        row.accountId(),
        row.id(),
        row.occasion(),
        row.match(),
        row.pattern(),
        row.position(),
        row.reply(),
        row.enabled(),
        forwards && !hasTarget ? NO_TARGET : null,
        row.createdAt(),
        row.updatedAt());
  }
}
