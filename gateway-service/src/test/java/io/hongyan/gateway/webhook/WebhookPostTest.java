package io.hongyan.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;

class WebhookPostTest {

  @Test
  void anErrorIsNotedInTextThatCanBeStored() {
    assertThat(WebhookPost.shortened(new IOException("got \0\n\uD83D"))).isEqualTo("got ???");
    assertThat(WebhookPost.shortened(new SocketTimeoutException()))
        .isEqualTo("SocketTimeoutException");
  }

  @Test
  void andIsShort() {
    String cutInAPair = "x".repeat(199) + "\uD83D\uDE00 and more";

    assertThat(WebhookPost.shortened(new IOException(cutInAPair))).isEqualTo("x".repeat(199) + "?");
  }
}
