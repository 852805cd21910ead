package io.hongyan.breaker;

import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import net.bytebuddy.implementation.bind.annotation.RuntimeType;
import net.bytebuddy.implementation.bind.annotation.This;

/**
 * The sender calls WeChat without a start row: to every copy of a message it looks as if no call
 * had been made before, and as if none had an outcome. Called by the woven {@code StartRecorder}. A
 * copy shows only when it comes later than WeChat drops repeats: the simulator's window for that
 * must be shorter than a killed sender stays away.
 */
public final class NoStartRow {

  static final Break BREAK =
      new Break(
          "no-start-row", "io.hongyan.sender.record.StartRecorder", "start", 1, NoStartRow.class);

  private static final String STARTED = "io.hongyan.sender.record.Start$Started";

  private NoStartRow() {}

  /** Takes the place of {@code Start start(MessageId)}: go, nothing can have been accepted. */
  @RuntimeType
  public static Object start(@This Object recorder) {
    return Product.make(
        recorder.getClass().getClassLoader(),
        STARTED,
        ThreadLocalRandom.current().nextLong(),
        false,
        Instant.now());
  }
}
