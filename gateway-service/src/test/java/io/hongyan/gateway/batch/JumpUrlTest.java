package io.hongyan.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JumpUrlTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://shop.example/o?id=1#top",
        "HTTP://x",
        "https://商店.example/订单",
        "http://x:80/"
      })
  void takesHttpAndHttps(String url) {
    assertThat(JumpUrl.isValid(url)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "shop.example",
        "ftp://x",
        "javascript:alert(1)",
        "http:/x",
        "https://",
        "https:///x",
        "http://?q",
        "https://a b",
        "https://a\nb",
        "https://a\u0000",
        " https://a"
      })
  void refusesOthers(String url) {
    assertThat(JumpUrl.isValid(url)).isFalse();
  }

  @Test
  void endsAt2048Characters() {
    assertThat(JumpUrl.isValid("https://x/" + "a".repeat(2_038))).isTrue();
    assertThat(JumpUrl.isValid("https://x/" + "a".repeat(2_039))).isFalse();
  }
}
