package io.hongyan.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecipientsTest {

  private final Recipients recipients = Recipients.of("3-17", 5_000, 0.01, new Random(1));

  @Test
  void findsEachRecipientByItsRef() {
    assertThat(recipients.numberOf(recipients.ref(1))).isEqualTo(1);
    assertThat(recipients.numberOf(recipients.ref(5_000))).isEqualTo(5_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "3-17",
        "3-17-",
        "3-17-0",
        "3-17-5001",
        "3-1-17",
        "3-171",
        "3-17-x",
        "13-17-1",
        "3-17-1234567890"
      })
  void aRefOfAnotherBatchIsNobodys(String ref) {
    assertThat(recipients.numberOf(ref)).isZero();
  }

  @Test
  void aboutOneInAHundredDoesNotFollow() {
    assertThat(recipients.refusedCount()).isBetween(25, 75);
    for (int number = 1; number <= recipients.count(); number++) {
      assertThat(recipients.openid(number))
          .startsWith(recipients.isRefused(number) ? "x3-17-" : "o3-17-");
    }
  }

  @Test
  void theSameSeedRefusesTheSame() {
    Recipients again = Recipients.of("3-17", 5_000, 0.01, new Random(1));

    for (int number = 1; number <= 5_000; number++) {
      assertThat(again.openid(number)).isEqualTo(recipients.openid(number));
    }
  }

  @Test
  void aPrefixThatNoOpenidMayHaveIsRefused() {
    assertThatThrownBy(() -> Recipients.of("a b", 1, 0, new Random(1)))
        .hasMessageContaining("prefix of refs");
  }
}
