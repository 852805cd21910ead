package io.hongyan.sender.sync;

import io.hongyan.jobs.CronTimes;
import java.time.Instant;
import java.time.ZoneOffset;
import org.springframework.stereotype.Component;

/** Asks every night for a sync of every account's followers; {@link FollowerSyncLoop} does it. */
@Component
final class FollowerSyncJob extends CronJob {

  private final FollowerSyncMapper mapper;

  FollowerSyncJob(FollowerSyncMapper mapper, SyncProperties properties) {
    super("follower-sync", CronTimes.of(properties.followersCron(), properties.zone()));
    this.mapper = mapper;
  }

  @Override
  public String run(Instant due) {
    return "%d accounts asked for".formatted(mapper.requestAll(due.atOffset(ZoneOffset.UTC)));
  }
}
