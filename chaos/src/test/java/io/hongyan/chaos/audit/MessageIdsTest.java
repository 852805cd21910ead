package io.hongyan.chaos.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageIdsTest {

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 31, 32, 911_111_111_111_111_111L, Long.MAX_VALUE})
  void readsWhatItWrites(long row) {
    assertThat(MessageIds.batchRow(MessageIds.batch(row))).isEqualTo(row);
  }

  @Test
  void writesThirteenDigitsOfBaseThirtyTwo() {
    assertThat(MessageIds.message(33, 7)).isEqualTo("0000000000011-7");
    assertThat(MessageIds.batchRow("000000000000Z")).isEqualTo(31);
  }

  @Test
  void splitsTheIdOfAMessage() {
    assertThat(MessageIds.batchRowOfMessage("000000000000Z-1234")).isEqualTo(31);
    assertThat(MessageIds.seqOfMessage("000000000000Z-1234")).isEqualTo(1_234);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "000000000000Z",
        "000000000000Z-",
        "000000000000Z-0",
        "000000000000U-1",
        "Z-1"
      })
  void knowsWhatIsNoMessageId(String text) {
    assertThat(MessageIds.isMessage(text)).isFalse();
  }

  @Test
  void refusesWhatIsNoBatchId() {
    assertThatThrownBy(() -> MessageIds.batchRow("order-paid-00"))
        .hasMessageContaining("not the id of a batch");
  }
}
