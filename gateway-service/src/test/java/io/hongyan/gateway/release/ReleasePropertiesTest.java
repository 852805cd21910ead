package io.hongyan.gateway.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Which settings stop the start, and that the message names the key. */
class ReleasePropertiesTest {

  private final ApplicationContextRunner context =
      new ApplicationContextRunner().withUserConfiguration(Settings.class);

  @Test
  void defaultsAreThoseOfTheDesign() {
    context.run(
        started -> {
          ReleaseProperties release = started.getBean(ReleaseProperties.class);
          assertThat(release.chunk()).isEqualTo(500);
          assertThat(release.window()).isEqualTo(5000);
          assertThat(started.getBean(GraceProperties.class))
              .isEqualTo(new GraceProperties(Duration.ofMinutes(10), Duration.ofHours(1)));
        });
  }

  @Test
  void confirmsMustComeWithinTheLease() {
    context
        .withPropertyValues("hongyan.release.confirm-timeout=30s", "hongyan.release.lease=30s")
        .run(
            failed ->
                assertThat(failed)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("hongyan.release.confirm-timeout (PT30S)"));
  }

  @Test
  void aChunkOfNothingIsRefused() {
    context
        .withPropertyValues("hongyan.release.chunk=0")
        .run(failed -> assertThat(failed).getFailure().rootCause().hasMessageContaining("chunk"));
  }

  @EnableConfigurationProperties({ReleaseProperties.class, GraceProperties.class})
  private static final class Settings {}
}
