package io.hongyan.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NoStartRowTest {

  private static final String PACKAGE = "io.hongyan.sender.record.";

  @Test
  void letsEveryCopyBelieveToBeTheFirstWithoutADatabase() throws Exception {
    try (BrokenProduct sender = new BrokenProduct("sender-service", NoStartRow.BREAK)) {
      Object starts =
          sender.make(
              PACKAGE + "StartRecorder",
              null,
              null,
              sender.make(PACKAGE + "Worker", "sender-1"),
              sender.make(PACKAGE + "RecordProperties", Duration.ofMillis(2), 500),
              sender.make(
                  PACKAGE + "DoubtProperties", Duration.ofMinutes(8), Duration.ofSeconds(30)),
              Clock.systemUTC());
      MessageId message = new MessageId(BatchId.create(), 1);

      Object first = BrokenProduct.call(starts, "start", message);
      Object copy = BrokenProduct.call(starts, "start", message);

      assertThat(first).hasFieldOrPropertyWithValue("mayHaveBeenAccepted", false);
      assertThat(copy).hasFieldOrPropertyWithValue("mayHaveBeenAccepted", false);
      BrokenProduct.call(starts, "destroy");
    }
  }
}
