package io.hongyan.simulator.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.simulator.SmallHeap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class MessageLogHeapTest {

  /** The promise is ten million messages in 2 GB; this is a tenth of both. */
  @Test
  @Timeout(120)
  void aMillionMessagesFitIn200MegabytesOfHeap() throws Exception {
    assertThat(SmallHeap.run(200, FillMessageLog.class, "1000000")).startsWith("accepted=1000000 ");
  }
}
