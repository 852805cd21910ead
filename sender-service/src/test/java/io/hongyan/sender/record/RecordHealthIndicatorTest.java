package io.hongyan.sender.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

class RecordHealthIndicatorTest {

  @Test
  void oneThatIsStuckForLongerThanARestartOfTheDatabaseIsSaid() {
    Health restart = health(Duration.ofSeconds(60), Duration.ZERO);
    Health stuck = health(Duration.ofSeconds(61), Duration.ZERO);

    assertThat(restart.getStatus()).isEqualTo(Status.UP);
    assertThat(stuck.getStatus()).isEqualTo(Status.DOWN);
    assertThat(stuck.getDetails())
        .containsEntry("startsStuckSeconds", 61L)
        .containsEntry("receiptsStuckSeconds", 0L);
  }

  private static Health health(Duration starts, Duration receipts) {
    return new RecordHealthIndicator(
            List.of(new Stuck("starts", starts), new Stuck("receipts", receipts)))
        .health();
  }

  private record Stuck(String records, Duration stuckFor) implements Recorder {}
}
