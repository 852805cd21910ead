package io.hongyan.gateway.people;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WholeWordTest {

  @Test
  void findsAnOpenidButNotAPartOfALongerOne() {
    assertThat(occurs("{\"openid\":\"oA-1\"}", "oA-1")).isTrue();
    assertThat(occurs("oA-1", "oA-1")).isTrue();
    assertThat(occurs("收件人oA-1已发", "oA-1")).isTrue();
    assertThat(occurs("oA-12 then oA-1", "oA-1")).isTrue();
    assertThat(occurs("{\"openid\":\"oA-12\"}", "oA-1")).isFalse();
    assertThat(occurs("_oA-1", "oA-1")).isFalse();
    assertThat(occurs("", "oA-1")).isFalse();
  }

  private static boolean occurs(String text, String word) {
    return WholeWord.occursIn(text.getBytes(UTF_8), word.getBytes(UTF_8));
  }
}
