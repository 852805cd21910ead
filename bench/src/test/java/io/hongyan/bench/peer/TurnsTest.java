package io.hongyan.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.bench.peer.Message.Key;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Copies of one message in one group. */
class TurnsTest {

  private static final Key FIRST = new Key(1, 1);
  private static final Key SECOND = new Key(1, 2);
  private static final Key OTHER_BATCH = new Key(2, 1);

  @Test
  void writesAGroupWithoutCopiesAtOnceAndInOrder() {
    assertThat(Turns.of(List.of(OTHER_BATCH, SECOND, FIRST)))
        .containsExactly(List.of(FIRST, SECOND, OTHER_BATCH));
  }

  @Test
  void letsCopiesTakeTurns() {
    assertThat(Turns.of(List.of(SECOND, FIRST, SECOND, FIRST, SECOND)))
        .containsExactly(List.of(FIRST, SECOND), List.of(FIRST, SECOND), List.of(SECOND));
  }

  @Test
  void hasNothingToDoForNothing() {
    assertThat(Turns.of(List.of())).isEmpty();
  }
}
