package io.hongyan.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class IntakePropertiesTest {

  @Test
  void hasTheDefaultsOfTheContract() {
    IntakeProperties properties = bind(Map.of());

    assertThat(properties.jsonBodyLimit().toMegabytes()).isEqualTo(20);
    assertThat(properties.lineLimitBytes()).isEqualTo(64 * 1024);
    assertThat(properties.maxRecipients()).isEqualTo(1_000_000);
    assertThat(properties.keyLifetime()).hasDays(7);
  }

  @ParameterizedTest
  @CsvSource({
    "max-concurrent, 16, connections",
    "line-limit, 100B, line-limit",
    "row-buffer, 1KB, row-buffer",
  })
  void namesTheKeyOfAWrongValue(String key, String value, String named) {
    assertThatThrownBy(() -> bind(Map.of("hongyan.intake." + key, value)))
        .hasRootCauseInstanceOf(IllegalArgumentException.class)
        .rootCause()
        .hasMessageContaining("hongyan.intake." + named);
  }

  private static IntakeProperties bind(Map<String, String> settings) {
    return new Binder(new MapConfigurationPropertySource(settings))
        .bindOrCreate("hongyan.intake", IntakeProperties.class);
  }
}
