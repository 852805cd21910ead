package io.hongyan.common.wechat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How statuses of receipts are read. */
class DeliveryFailureTest {

  @ParameterizedTest
  @CsvSource({
    "failed:user block, USER_BLOCK",
    "failed: system failed, SYSTEM_FAILED",
    "failed:system failed, SYSTEM_FAILED",
    "' Failed:  User Block ', USER_BLOCK",
    "failed:freq limit, FREQ_LIMIT",
    "failed:, OTHER",
    "failed:something new, OTHER",
    "something new, OTHER",
    "'', OTHER"
  })
  void aFailureIsToldByItsStatusWhateverTheBlanks(String status, DeliveryFailure failure) {
    assertThat(DeliveryFailure.of(status)).contains(failure);
  }

  @Test
  void successIsNone() {
    assertThat(DeliveryFailure.of("success")).isEmpty();
    assertThat(DeliveryFailure.of(" Success ")).isEmpty();
  }
}
