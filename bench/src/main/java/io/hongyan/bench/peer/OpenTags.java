package io.hongyan.bench.peer;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A channel's deliveries that are not acked yet, in the order of their tags; says how to ack some
 * of them with few frames. Thread-safe.
 */
final class OpenTags {

  /** No tag: RabbitMQ's begin at 1. */
  static final long NONE = 0;

  private final Deque<Long> open = new ArrayDeque<>();
  private final Set<Long> ackedSingly = new HashSet<>();

  synchronized void delivered(long tag) {
    open.addLast(tag);
  }

  /** Takes these tags for acked, and says with which frames. */
  synchronized Frames ack(Collection<Long> tags) {
    Set<Long> acks = new HashSet<>(tags);
    long upTo = NONE;
    while (!open.isEmpty()) {
      long first = open.getFirst();
      // A run must end on a tag that is still open: acking one twice closes the channel.
      if (acks.remove(first)) {
        upTo = first;
      } else if (!ackedSingly.remove(first)) {
        break;
      }
      open.removeFirst();
    }
    ackedSingly.addAll(acks);
    return new Frames(upTo, List.copyOf(acks));
  }

  /**
   * The frames to send.
   *
   * @param upTo everything up to this tag with one frame, or {@link #NONE}
   * @param singly each with a frame of its own
   */
  record Frames(long upTo, List<Long> singly) {}
}
