package io.hongyan.gateway.webhook;

import io.hongyan.gateway.web.ProblemException;
import java.net.URI;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Body of {@code PUT /v1/keys/{id}/webhook}. */
record PutWebhookRequest(@Nullable String url, @Nullable List<@Nullable String> events) {

  /** Answers 422 for what is not allowed. */
  WebhookSettings check(OutboundUrls urls) {
    if (url == null) {
      throw ProblemException.invalid("url is needed: where to post to");
    }
    Set<WebhookEvent> known = events("events", events);
    ProblemException.requireValid(!known.isEmpty(), "events is needed: one or more of " + known());
    return new WebhookSettings(urls.check("url", url), known);
  }

  /** Answers 422 if one is unknown; null is none. */
  static Set<WebhookEvent> events(String name, @Nullable List<@Nullable String> texts) {
    Set<WebhookEvent> known = EnumSet.noneOf(WebhookEvent.class);
    for (String text : texts == null ? List.<@Nullable String>of() : texts) {
      known.add(
          WebhookEvent.ofText(text == null ? "" : text)
              .orElseThrow(
                  () ->
                      ProblemException.invalid(
                          "'%s' in %s is not an event; known are %s"
                              .formatted(text, name, known()))));
    }
    return known;
  }

  private static String known() {
    return String.join(", ", Arrays.stream(WebhookEvent.values()).map(WebhookEvent::text).toList());
  }

  /** What to store. */
  record WebhookSettings(URI url, Set<WebhookEvent> events) {

    /** Takes a copy. */
    WebhookSettings {
      events = Set.copyOf(events);
    }

    /** As {@code text[]}, sorted. */
    String[] eventTexts() {
      return events.stream().map(WebhookEvent::text).sorted().toArray(String[]::new);
    }
  }
}
