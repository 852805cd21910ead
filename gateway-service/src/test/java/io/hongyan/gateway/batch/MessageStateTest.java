package io.hongyan.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessageStateTest {

  @Test
  void anOutcomeIsTheLastWord() {
    assertThat(MessageState.of(true, false, true, 2, true)).isEqualTo(MessageState.ACCEPTED);
    assertThat(MessageState.of(false, true, true, 2, true)).isEqualTo(MessageState.FAILED);
  }

  @Test
  void withoutAnOutcomeTheAttemptsTell() {
    assertThat(MessageState.of(false, false, true, 1, true)).isEqualTo(MessageState.RETRYING);
    assertThat(MessageState.of(false, false, true, 0, true)).isEqualTo(MessageState.SENDING);
    assertThat(MessageState.of(false, false, false, 0, true)).isEqualTo(MessageState.RELEASED);
    assertThat(MessageState.of(false, false, false, 0, false)).isEqualTo(MessageState.WAITING);
  }
}
