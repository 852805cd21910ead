package io.hongyan.common.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Any bytes from the queue: a message that can be given back as it is, or no push message. */
class PushMessageCodecFuzz {

  private final PushMessageCodec codec = new PushMessageCodec();

  @FuzzTest
  void readsAMessageOrSaysThatItIsNone(byte[] body) throws Exception {
    PushMessage message;
    try {
      message = codec.decode(body);
    } catch (UnreadableMessageException e) {
      return;
    }

    assertThat(message.tries()).isNotNegative();
    assertThat(message.attempts()).isNotNegative();
    assertThat(codec.decode(codec.encode(message))).isEqualTo(message);
    PushMessage requeued = message.afterAttempt(true).lookAgain();
    assertThat(codec.decode(codec.encode(requeued))).isEqualTo(requeued);
  }
}
