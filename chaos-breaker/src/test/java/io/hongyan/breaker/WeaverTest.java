package io.hongyan.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class WeaverTest {

  private static final Duration AT_ONCE = Duration.ZERO;

  @Test
  void leavesOtherClassesAlone() throws Exception {
    Weaver weaver = new Weaver(NoStartRow.BREAK);

    byte[] changed = weaver.transform(null, "io/hongyan/Other", null, null, new byte[] {1, 2, 3});

    assertThat(changed).isNull();
    assertThat(weaver.awaitWoven(AT_ONCE)).as("woven").isFalse();
  }

  @Test
  void refusesAClassThatHasNoSuchMethod() throws Exception {
    Weaver weaver = new Weaver(breakOf("noSuchMethod", 1));

    assertThatThrownBy(() -> weaver.weave(getClass().getClassLoader(), classFile()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("WeaverTest$Target.noSuchMethod with 1 parameters, found 0");
  }

  @Test
  void refusesAMethodWithOtherParameters() throws Exception {
    Weaver weaver = new Weaver(breakOf("start", 2));

    assertThatThrownBy(() -> weaver.weave(getClass().getClassLoader(), classFile()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("with 2 parameters, found 0");
  }

  private static Break breakOf(String method, int parameters) {
    return new Break("test", Target.class.getName(), method, parameters, NoStartRow.class);
  }

  private static byte[] classFile() throws IOException {
    try (InputStream file =
        Objects.requireNonNull(Target.class.getResourceAsStream("WeaverTest$Target.class"))) {
      return file.readAllBytes();
    }
  }

  /** Has the name of a product's method. */
  static final class Target {
    String start(String message) {
      return message;
    }
  }
}
