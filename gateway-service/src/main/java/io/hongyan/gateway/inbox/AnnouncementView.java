package io.hongyan.gateway.inbox;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An announcement as its publishers see it.
 *
 * @param state {@code scheduled}, {@code visible}, {@code ended} or {@code withdrawn}
 */
record AnnouncementView(
    String id,
    String account,
    String state,
    String title,
    String body,
    @Nullable String url,
    AnnouncementAudience audience,
    Instant visibleFrom,
    @Nullable Instant visibleUntil,
    @Nullable Instant withdrawnAt,
    int version,
    String createdBy,
    Instant createdAt,
    Instant updatedAt) {

  static AnnouncementView of(Announcement it, Instant now) {
    return new AnnouncementView(
        new InboxId(it.id()).toString(),
        it.accountId(),
        it.state(now).name().toLowerCase(Locale.ROOT),
        it.title(),
        it.body(),
        it.url(),
        AnnouncementAudience.of(it.segmentId()),
        it.visibleFrom(),
        it.visibleUntil(),
        it.withdrawnAt(),
        it.version(),
        it.createdBy(),
        it.createdAt(),
        it.updatedAt());
  }
}
