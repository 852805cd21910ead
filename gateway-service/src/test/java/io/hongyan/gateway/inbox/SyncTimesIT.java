package io.hongyan.gateway.inbox;

import static io.hongyan.gateway.inbox.People.newUid;
import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.gateway.RunningGateway;
import io.hongyan.test.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who counts as synced lately, for how long, and on which gateway. */
class SyncTimesIT {

  private static final RunningGateway GATEWAY = RunningGateway.shared();
  private static final Instant NOON = Instant.parse("2026-12-01T04:00:00Z");

  private final String person = newUid();
  private final String other = newUid();

  @Test
  void anIntervalEndsWithItsTime() {
    SettableClock clock = new SettableClock(NOON);
    SyncTimes times = times(clock);
    assertThat(times.recent(List.of(person))).isEmpty();

    times.mark(Set.of(person));

    clock.advance(Duration.ofMinutes(15).minusMillis(1));
    assertThat(times.recent(List.of(person, other))).containsExactly(person);
    clock.advance(Duration.ofMillis(1));
    assertThat(times.recent(List.of(person))).isEmpty();
  }

  @Test
  void anotherGatewayKnowsItFromRedisAndNoLonger() {
    SettableClock clock = new SettableClock(NOON);
    times(clock).mark(Set.of(person));
    clock.advance(Duration.ofMinutes(10));

    SyncTimes another = times(clock);

    assertThat(another.recent(List.of(person))).containsExactly(person);
    clock.advance(Duration.ofMinutes(5));
    assertThat(another.recent(List.of(person)))
        .as("what it learnt from Redis is as old as it was there")
        .isEmpty();
  }

  @Test
  void aClockThatIsAheadProlongsNoInterval() {
    times(new SettableClock(NOON.plus(Duration.ofDays(1)))).mark(Set.of(person));
    SettableClock clock = new SettableClock(NOON);
    SyncTimes times = times(clock);

    assertThat(times.recent(List.of(person))).containsExactly(person);
    clock.advance(Duration.ofMinutes(15));
    assertThat(GATEWAY.bean(InboxRedis.class).ask(redis -> redis.del(SyncTimes.key(person)), 0L))
        .isEqualTo(1);
    assertThat(times.recent(List.of(person))).isEmpty();
  }

  private static SyncTimes times(SettableClock clock) {
    return new SyncTimes(
        GATEWAY.bean(InboxRedis.class), clock, GATEWAY.bean(InboxProperties.class));
  }
}
