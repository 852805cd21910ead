package io.hongyan.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorableTextTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "耳机", "🎧", "line\nbreak"})
  void storesOrdinaryText(String text) {
    assertThat(StorableText.isStorable(text)).isTrue();
    assertThat(StorableText.shown(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u0000b", "\ud83c", "\udfa7", "\udfa7\ud83c", "a\ud83cb"})
  void refusesNulAndHalfCharacters(String text) {
    assertThat(StorableText.isStorable(text)).isFalse();
    assertThat(StorableText.isPlain(text)).isFalse();
    assertThat(StorableText.isStorable(String.valueOf(StorableText.shown(text)))).isTrue();
  }

  @Test
  void showsTheBeginningOnly() {
    assertThat(StorableText.shown("x".repeat(70_000))).hasSize(64);
    assertThat(StorableText.shown(null)).isNull();
  }
}
