package io.hongyan.sender.record;

import io.hongyan.common.message.MessageId;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Message ids as the two columns that {@code unnest} takes. */
public record Keys(long[] batchIds, int[] seqs) {

  /** The messages' keys, in their order. */
  public static Keys of(Collection<MessageId> messages) {
    return new Keys(
        messages.stream().mapToLong(message -> message.batchId().value()).toArray(),
        messages.stream().mapToInt(MessageId::seq).toArray());
  }

  /** Text from outside as PostgreSQL takes it: it cannot store NUL. */
  public static @Nullable String storable(@Nullable String text) {
    return text == null ? null : text.replace('\0', ' ');
  }
}
