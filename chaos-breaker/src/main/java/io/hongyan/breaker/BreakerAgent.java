package io.hongyan.breaker;

import java.lang.instrument.Instrumentation;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Entry of the Java agent. A break that is not there would make the suite's self-test worthless, so
 * whatever keeps it from being there ends the process.
 */
public final class BreakerAgent {

  private static final List<Break> BREAKS =
      List.of(AckBeforeCommit.BREAK, NoStartRow.BREAK, CursorBeforeConfirm.BREAK);

  /** The broken classes are loaded while a service starts, which takes far less. */
  private static final Duration LOADED_WITHIN = Duration.ofMinutes(3);

  private static final int NOT_BROKEN = 86;

  private BreakerAgent() {}

  /** Called by the Java virtual machine before {@code main}; the argument is a break's name. */
  public static void premain(@Nullable String name, Instrumentation instrumentation) {
    Break wanted =
        BREAKS.stream()
            .filter(known -> known.name().equals(name))
            .findFirst()
            .orElseThrow(
                () -> end("there is no break '%s', only %s".formatted(name, names()), null));
    Weaver weaver = new Weaver(wanted);
    instrumentation.addTransformer(weaver);
    Thread.ofPlatform().daemon().name("breaker").start(() -> endUnlessWoven(weaver, wanted));
  }

  private static String names() {
    return BREAKS.stream().map(Break::name).collect(Collectors.joining(", "));
  }

  private static void endUnlessWoven(Weaver weaver, Break wanted) {
    try {
      if (!weaver.awaitWoven(LOADED_WITHIN)) {
        throw end("%s was never loaded".formatted(wanted.className()), null);
      }
    } catch (InterruptedException e) {
      throw end("interrupted", e);
    }
  }

  // The process whose output this is has no logging yet, or has it elsewhere.
  static void say(String line) {
    System.err.println(line);
  }

  /** Ends the process at once. Never returns; declared so that callers may throw it. */
  static IllegalStateException end(String reason, @Nullable Throwable cause) {
    say("breaker not armed, process ends: " + reason + (cause == null ? "" : ": " + cause));
    Runtime.getRuntime().halt(NOT_BROKEN);
    return new IllegalStateException(reason, cause);
  }
}
