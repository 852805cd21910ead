package io.hongyan.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchStateTest {

  @Test
  void saysWhatAPersonMayDo() {
    assertThat(BatchState.SCHEDULED.actions())
        .containsExactlyInAnyOrder(BatchAction.PAUSE, BatchAction.CANCEL, BatchAction.TRIGGER);
    assertThat(BatchState.RELEASING.actions())
        .containsExactlyInAnyOrder(BatchAction.PAUSE, BatchAction.CANCEL);
    assertThat(BatchState.RELEASED.actions())
        .containsExactlyInAnyOrder(BatchAction.PAUSE, BatchAction.CANCEL);
    assertThat(BatchState.PAUSED.actions())
        .containsExactlyInAnyOrder(BatchAction.RESUME, BatchAction.CANCEL, BatchAction.TRIGGER);
  }

  @ParameterizedTest
  @EnumSource(names = {"DONE", "CANCELLED"})
  void nothingFollowsAnEnd(BatchState end) {
    assertThat(end.actions()).isEmpty();
  }

  @Test
  void knowsTheStatesThatAllowAnAction() {
    assertThat(BatchState.allowing(BatchAction.RESUME)).containsExactly(BatchState.PAUSED);
    assertThat(BatchState.allowing(BatchAction.TRIGGER))
        .containsExactly(BatchState.SCHEDULED, BatchState.PAUSED);
  }

  @ParameterizedTest
  @EnumSource
  void readsItsOwnText(BatchState state) {
    assertThat(BatchState.ofText(state.text())).contains(state);
    assertThat(BatchState.ofText(state.name())).isEmpty();
  }
}
