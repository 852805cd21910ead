package io.hongyan.gateway.inbox;

import io.hongyan.gateway.batch.JumpUrl;
import io.hongyan.gateway.batch.StorableText;
import io.hongyan.gateway.web.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * What an announcement says and when, checked.
 *
 * @param visibleFrom null = not said
 * @param visibleUntil null = until it is withdrawn
 */
record AnnouncementContent(
    String title,
    String body,
    @Nullable String url,
    @Nullable Instant visibleFrom,
    @Nullable Instant visibleUntil) {

  static final int MAX_TITLE = 64;
  static final int MAX_BODY_BYTES = 20_000;

  // Beyond it PostgreSQL's timestamps end sooner than Java's.
  private static final Instant END = Instant.parse("9999-12-31T00:00:00Z");

  /** Answers 422 for what is not allowed, 413 for a body that is too long, 400 for unread times. */
  static AnnouncementContent check(
      @Nullable String title,
      @Nullable String body,
      @Nullable String url,
      @Nullable String visibleFrom,
      @Nullable String visibleUntil) {
    return new AnnouncementContent(
        checkTitle(title),
        checkBody(body),
        checkUrl(url),
        moment("visibleFrom", visibleFrom),
        moment("visibleUntil", visibleUntil));
  }

  private static String checkTitle(@Nullable String title) {
    ProblemException.requireValid(
        title != null
            && !title.isBlank()
            && title.codePointCount(0, title.length()) <= MAX_TITLE
            && StorableText.isPlain(title),
        "title is needed: 1 to %d characters, without line breaks".formatted(MAX_TITLE));
    return title == null ? "" : title;
  }

  private static String checkBody(@Nullable String body) {
    ProblemException.requireValid(
        body != null && !body.isBlank() && StorableText.isStorable(body),
        "body is needed: a text without NUL");
    String text = body == null ? "" : body;
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_BODY_BYTES) {
      throw new ProblemException(
          HttpStatus.CONTENT_TOO_LARGE,
          "body-too-large",
          "The announcement's body is too large",
          "body has %d bytes in UTF-8, and at most %d are taken; put the rest behind 'url'"
              .formatted(bytes, MAX_BODY_BYTES));
    }
    return text;
  }

  private static @Nullable String checkUrl(@Nullable String url) {
    ProblemException.requireValid(
        url == null || JumpUrl.isValid(url), "url " + JumpUrl.RULE + ", or null");
    return url;
  }

  private static @Nullable Instant moment(String name, @Nullable String text) {
    if (text == null) {
      return null;
    }
    Instant moment;
    try {
      moment = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS);
    } catch (DateTimeException e) {
      throw ProblemException.badRequest(
          "'%s' must be a time with an offset, such as 2026-12-01T09:00:00+08:00".formatted(name));
    }
    ProblemException.requireValid(
        moment.isAfter(Instant.EPOCH) && moment.isBefore(END),
        "%s must be between 1970 and 9999".formatted(name));
    return moment;
  }

  /** Answers 422 unless it ends after it begins, and after now. */
  static void requireInOrder(Instant from, @Nullable Instant until, Instant now) {
    if (until != null) {
      ProblemException.requireValid(
          until.isAfter(from),
          "visibleUntil (%s) must be after visibleFrom (%s)".formatted(until, from));
      ProblemException.requireValid(
          until.isAfter(now), "visibleUntil (%s) is in the past".formatted(until));
    }
  }
}
