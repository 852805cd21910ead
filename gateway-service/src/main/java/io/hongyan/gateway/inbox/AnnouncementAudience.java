package io.hongyan.gateway.inbox;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.hongyan.gateway.web.ProblemException;
import org.jspecify.annotations.Nullable;

/** Whom an announcement is for: {@code {"all":true}} or {@code {"segment":"vip"}}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record AnnouncementAudience(@Nullable Boolean all, @Nullable String segment) {

  static AnnouncementAudience of(@Nullable String segment) {
    return new AnnouncementAudience(segment == null ? true : null, segment);
  }

  /** The segment, or null for all; 400 unless it is one of the two forms. */
  static @Nullable String segmentOf(@Nullable AnnouncementAudience audience) {
    // Said aloud on purpose: what was left out must not mean everybody.
    if (audience == null
        || (audience.segment == null) == (audience.all == null)
        || Boolean.FALSE.equals(audience.all)) {
      throw ProblemException.badRequest(
          "audience is needed: {\"all\":true}, or {\"segment\":\"<id of an uploaded segment>\"}");
    }
    return audience.segment;
  }
}
