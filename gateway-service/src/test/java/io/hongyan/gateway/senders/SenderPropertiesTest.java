package io.hongyan.gateway.senders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SenderPropertiesTest {

  @Test
  void takesAddressesWithAndWithoutASlash() {
    assertThat(properties("http://a:8081/", " https://b/senders ").addresses())
        .containsExactly(URI.create("http://a:8081"), URI.create("https://b/senders"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a:8081", "localhost", "ftp://a", "http://", "http://a b", "http://a?x=1"})
  void namesTheSettingOfWhatIsNoAddress(String url) {
    assertThatThrownBy(() -> properties(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("hongyan.sender.url");
  }

  @Test
  void doesNotShowAPasswordThatDoesNotBelongThere() {
    assertThatThrownBy(() -> properties("http://user:p4ssword@a"))
        .hasMessageContaining("hongyan.sender.url")
        .hasMessageNotContaining("p4ssword");
  }

  @Test
  void wantsOneAtLeast() {
    assertThatThrownBy(SenderPropertiesTest::properties).hasMessageContaining("HONGYAN_SENDER_URL");
  }

  private static SenderProperties properties(String... url) {
    return new SenderProperties(List.of(url), Duration.ofSeconds(1), Duration.ofSeconds(1));
  }
}
