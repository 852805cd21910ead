package io.hongyan.sender.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryPolicyTest {

  @ParameterizedTest
  @CsvSource({"0, 3, 1", "1, 3, 2", "2, 3, 3", "0, 1, 1", "0, 9, 1", "2, 9, 3"})
  void eachTryWaitsOneLevelHigher(int triesUsed, int maxTries, int level) {
    assertThat(RetryPolicy.nextLevel(triesUsed, maxTries)).hasValue(level);
  }

  @ParameterizedTest
  @CsvSource({"3, 3", "1, 1", "3, 9", "7, 3"})
  void givesUpWhenTheTriesAreUsedUp(int triesUsed, int maxTries) {
    assertThat(RetryPolicy.nextLevel(triesUsed, maxTries)).isEmpty();
  }
}
