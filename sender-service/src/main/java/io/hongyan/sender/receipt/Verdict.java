package io.hongyan.sender.receipt;

import io.hongyan.common.message.MessageId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a look for a receipt's message gave. */
sealed interface Verdict {

  /**
   * It is decided.
   *
   * @param message null where it is about no message, or may be about several
   */
  record Decided(Match match, @Nullable MessageId message) implements Verdict {}

  /** Look again after that time. */
  record Later(Duration delay) implements Verdict {}
}
