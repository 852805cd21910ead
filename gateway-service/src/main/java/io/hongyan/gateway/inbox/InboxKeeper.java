package io.hongyan.gateway.inbox;

import io.hongyan.jobs.CronTimes;
import io.hongyan.jobs.ScheduledJob;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Deletes, every night, what nobody sees any more: announcements that have been over for the
 * retention with everybody's copies, old messages that WeChat could not bring, and who was erased
 * long ago.
 */
@Component
class InboxKeeper implements ScheduledJob {

  private static final int PARTITIONS = 16;
  private static final CronTimes DAILY = CronTimes.of("0 50 3 * * *", ZoneId.of("Asia/Shanghai"));

  private final InboxKeeperMapper mapper;
  private final InboxErasureMapper erasures;
  private final InboxProperties properties;
  private final Clock clock;

  InboxKeeper(
      InboxKeeperMapper mapper,
      InboxErasureMapper erasures,
      InboxProperties properties,
      Clock clock) {
    this.mapper = mapper;
    this.erasures = erasures;
    this.properties = properties;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "inbox-retention";
  }

  @Override
  public Optional<Instant> lastDue(Instant now) {
    return DAILY.lastNotAfter(now);
  }

  @Override
  public String run(Instant due) {
    Instant oldestKept = clock.instant().minus(properties.retention());
    long copies = 0;
    long messages = 0;
    List<Long> over = mapper.findOver(oldestKept);
    // A partition at a time: each look reads all of it, and has only so long.
    for (int partition = 0; partition < PARTITIONS; partition++) {
      if (!over.isEmpty()) {
        copies += mapper.deleteCopies("inbox_copy_" + partition, over.toArray(Long[]::new));
      }
      messages += mapper.deleteMessages("inbox_message_" + partition, oldestKept);
    }
    // Last: as long as they are there, what failed half-way is tried again.
    if (!over.isEmpty()) {
      mapper.deleteMembers(over.toArray(Long[]::new));
      mapper.deleteAnnouncements(over.toArray(Long[]::new));
    }
    erasures.forget(oldestKept);
    return "deleted: %d announcements, %d copies, %d messages"
        .formatted(over.size(), copies, messages);
  }
}
