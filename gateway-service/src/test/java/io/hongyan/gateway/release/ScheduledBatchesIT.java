package io.hongyan.gateway.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.message.BatchId;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the clock does with batches. */
class ScheduledBatchesIT {

  private ReleaseFixture fixture;
  private ScheduledBatches scheduledBatches;
  private String account;

  @BeforeEach
  void setUp() {
    fixture = ReleaseFixture.clean();
    account = fixture.account();
    scheduledBatches =
        new ScheduledBatches(
            fixture.mapper(ScheduleMapper.class),
            ReleaseFixture.properties(5, 100),
            new GraceProperties(Duration.ofMinutes(10), Duration.ofHours(1)));
  }

  @Test
  void aBatchBeginsAtItsMomentAndNotBefore() {
    BatchId due = fixture.batch(account, 1).state("scheduled").sendAt("-1 second").insert();
    BatchId early = fixture.batch(account, 1).state("scheduled").sendAt("1 minute").insert();

    scheduledBatches.run(() -> false);

    assertThat(fixture.state(due)).isEqualTo("releasing");
    assertThat(fixture.state(early)).isEqualTo("scheduled");
  }

  @Test
  void aMomentMissedByMoreThanTheGracePausesTheBatchAndSaysWhy() {
    BatchId missed = fixture.batch(account, 1).state("scheduled").sendAt("-61 minutes").insert();
    BatchId late = fixture.batch(account, 1).state("scheduled").sendAt("-59 minutes").insert();

    scheduledBatches.run(() -> false);

    assertThat(fixture.state(missed)).isEqualTo("paused");
    assertThat(fixture.batch(missed, "state_reason", String.class)).contains("sendAt", "resume");
    assertThat(fixture.audited(missed))
        .singleElement()
        .asString()
        .startsWith("system batch.pause")
        .contains("\"from\": \"scheduled\"", "\"to\": \"paused\"", "sendAt was missed");
    assertThat(fixture.state(late)).isEqualTo("releasing");
  }

  @Test
  void oneThatComesInLongAfterItsMomentIsNotStartedBeforeItIsPaused() {
    BatchId missed = fixture.batch(account, 1).state("scheduled").sendAt("-61 minutes").insert();

    // Stored after the look for missed ones.
    assertThat(fixture.mapper(ScheduleMapper.class).startDue(3_600)).isEmpty();
    scheduledBatches.run(() -> false);

    assertThat(fixture.state(missed)).isEqualTo("paused");
  }

  @Test
  void aBatchResumedWithNothingLeftToReleaseIsReleased() {
    BatchId batch = fixture.batch(account, 4).releasedTo(4).insert();

    scheduledBatches.run(() -> false);

    assertThat(fixture.state(batch)).isEqualTo("released");
  }
}
