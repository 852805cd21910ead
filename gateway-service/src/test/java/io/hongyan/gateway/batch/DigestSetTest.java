package io.hongyan.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class DigestSetTest {

  private static final int MANY = 200_000;

  private final DigestSet set = new DigestSet();

  @Test
  void findsEveryRepeatAmongMany() {
    Random first = new Random(7);
    Random again = new Random(7);

    for (int i = 0; i < MANY; i++) {
      assertThat(set.add(first.nextLong(), first.nextLong())).isTrue();
    }

    for (int i = 0; i < MANY; i++) {
      assertThat(set.add(again.nextLong(), again.nextLong())).isFalse();
    }
  }

  @Test
  void tellsDigestsApartThatShareAHalf() {
    assertThat(set.add(5, 1)).isTrue();
    assertThat(set.add(5, 2)).isTrue();
    assertThat(set.add(6, 1)).isTrue();
    assertThat(set.add(5, 2)).isFalse();
  }

  @Test
  void takesZeroLikeAnyOther() {
    assertThat(set.add(0, 0)).isTrue();
    assertThat(set.add(0, 0)).isFalse();
    assertThat(set.add(0, 9)).isTrue();
    assertThat(set.add(9, 0)).isTrue();
    assertThat(set.add(0, 9)).isFalse();
  }
}
