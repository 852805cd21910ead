package io.hongyan.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Any sequence of people's actions, from any state. */
class BatchStatePropertyTest {

  private static final Set<BatchState> ENDS = EnumSet.of(BatchState.DONE, BatchState.CANCELLED);

  @Property
  void anEndIsReachedByACancelOnlyAndNeverLeft(
      @ForAll BatchState first, @ForAll List<BatchAction> actions) {
    BatchState state = first;

    for (BatchAction action : actions) {
      boolean legal = BatchState.allowing(action).contains(state);
      assertThat(legal).isEqualTo(state.actions().contains(action));
      BatchState next = legal ? after(action) : state;
      assertThat(ENDS.contains(state) && next != state).isFalse();
      assertThat(next == BatchState.DONE && state != BatchState.DONE).isFalse();
      state = next;
    }

    assertThat(ENDS.contains(state))
        .isEqualTo(ENDS.contains(first) || actions.contains(BatchAction.CANCEL));
  }

  private static BatchState after(BatchAction action) {
    return switch (action) {
      case PAUSE -> BatchState.PAUSED;
      case CANCEL -> BatchState.CANCELLED;
      case RESUME, TRIGGER -> BatchState.RELEASING;
    };
  }
}
