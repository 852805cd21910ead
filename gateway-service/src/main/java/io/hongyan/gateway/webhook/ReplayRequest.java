package io.hongyan.gateway.webhook;

import io.hongyan.gateway.web.ProblemException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /v1/keys/{id}/webhook/replay}: either deliveries, or since and perhaps
 * events.
 */
record ReplayRequest(
    @Nullable List<@Nullable String> deliveries,
    @Nullable String since,
    @Nullable List<@Nullable String> events) {

  private static final int MOST_DELIVERIES = 1_000;
  // Beyond it PostgreSQL's timestamps end sooner than Java's.
  private static final Instant END = Instant.parse("9999-12-31T00:00:00Z");

  /** Whether deliveries are named. */
  boolean namesDeliveries() {
    return deliveries != null;
  }

  /** The ids; answers 4xx for what cannot be done. */
  List<Long> ids() {
    ProblemException.requireValid(
        since == null && events == null, "either deliveries, or since and events; not both");
    List<@Nullable String> texts = deliveries == null ? List.of() : deliveries;
    ProblemException.requireValid(
        !texts.isEmpty() && texts.size() <= MOST_DELIVERIES,
        "deliveries must be 1 to %,d ids".formatted(MOST_DELIVERIES));
    List<Long> ids = new ArrayList<>();
    for (String text : texts) {
      ids.add(DeliveryId.parse("A delivery", text == null ? "null" : text).value());
    }
    return ids;
  }

  /** From when on; answers 422 if it cannot be read, or is no time to store. */
  Instant from() {
    ProblemException.requireValid(since != null, "deliveries or since is needed");
    Instant from;
    try {
      from = OffsetDateTime.parse(since == null ? "" : since).toInstant();
    } catch (DateTimeException e) {
      throw ProblemException.invalid(
          "since must be a time with an offset, such as 2026-12-01T09:00:00+08:00, not '%s'"
              .formatted(since));
    }
    ProblemException.requireValid(
        !from.isBefore(Instant.EPOCH) && from.isBefore(END), "since must be between 1970 and 9999");
    return from;
  }

  /** Which; all where none are named. */
  Set<WebhookEvent> wantedEvents() {
    Set<WebhookEvent> wanted = PutWebhookRequest.events("events", events);
    return wanted.isEmpty() ? Set.of(WebhookEvent.values()) : wanted;
  }
}
