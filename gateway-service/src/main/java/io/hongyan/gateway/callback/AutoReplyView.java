package io.hongyan.gateway.callback;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A rule as the API shows it.
 *
 * @param reply a JSON object
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
    Instant createdAt,
    Instant updatedAt) {

  static AutoReplyView of(AutoReplyRow row) {
    return new AutoReplyView(
        row.accountId(),
        row.id(),
        row.occasion(),
        row.match(),
        row.pattern(),
        row.position(),
        row.reply(),
        row.enabled(),
        row.createdAt(),
        row.updatedAt());
  }
}
