package io.hongyan.gateway.inbox;

import org.jspecify.annotations.Nullable;

/**
 * Body of {@code PUT /v1/inbox/announcements/{id}}: all of the content, as it shall be. Account and
 * audience stay.
 *
 * @param visibleFrom null = as it was
 * @param visibleUntil null = until it is withdrawn
 * @param version the version that was edited, so that nobody's edit is lost; null = whichever
 */
record EditRequest(
    @Nullable String title,
    @Nullable String body,
    @Nullable String url,
    @Nullable String visibleFrom,
    @Nullable String visibleUntil,
    @Nullable Integer version) {

  AnnouncementContent content() {
    return AnnouncementContent.check(title, body, url, visibleFrom, visibleUntil);
  }
}
