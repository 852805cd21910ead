package io.hongyan.gateway.inbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An announcement as it is stored.
 *
 * @param segmentId the segment that it is for; null = for all
 * @param visibleUntil null = until it is withdrawn
 * @param version 1, and one more with each edit and the withdrawal
 */
record Announcement(
    long id,
    String accountId,
    String title,
    String body,
    @Nullable String url,
    @Nullable String segmentId,
    Instant visibleFrom,
    @Nullable Instant visibleUntil,
    @Nullable Instant withdrawnAt,
    int version,
    String createdBy,
    Instant createdAt,
    Instant updatedAt) {

  /** Where it stands at a moment. */
  enum State {
    SCHEDULED,
    VISIBLE,
    ENDED,
    WITHDRAWN
  }

  State state(Instant now) {
    if (withdrawnAt != null) {
      return State.WITHDRAWN;
    }
    if (visibleUntil != null && !visibleUntil.isAfter(now)) {
      return State.ENDED;
    }
    return visibleFrom.isAfter(now) ? State.SCHEDULED : State.VISIBLE;
  }

  /** The same one with other content and times. */
  Announcement edited(AnnouncementContent content, Instant now) {
    return new Announcement(
        id,
        accountId,
        content.title(),
        content.body(),
        content.url(),
        segmentId,
        content.visibleFrom() == null ? visibleFrom : content.visibleFrom(),
        content.visibleUntil(),
        withdrawnAt,
        version + 1,
        createdBy,
        createdAt,
        now);
  }

  /** The same one, withdrawn. */
  Announcement withdrawn(Instant now) {
    return new Announcement(
        id,
        accountId,
        title,
        body,
        url,
        segmentId,
        visibleFrom,
        visibleUntil,
        now,
        version + 1,
        createdBy,
        createdAt,
        now);
  }
}
