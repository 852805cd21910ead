package io.hongyan.gateway.inbox;

import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /v1/inbox/announcements}.
 *
 * @param visibleFrom null = now
 * @param visibleUntil null = until it is withdrawn
 */
record PublishRequest(
    @Nullable String account,
    @Nullable String title,
    @Nullable String body,
    @Nullable String url,
    @Nullable AnnouncementAudience audience,
    @Nullable String visibleFrom,
    @Nullable String visibleUntil) {

  AnnouncementContent content() {
    return AnnouncementContent.check(title, body, url, visibleFrom, visibleUntil);
  }
}
