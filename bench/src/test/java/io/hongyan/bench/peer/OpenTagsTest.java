package io.hongyan.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.bench.peer.OpenTags.Frames;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Few frames, and never one that acks a tag twice. */
class OpenTagsTest {

  private final OpenTags tags = new OpenTags();

  @Test
  void acksARunWithOneFrame() {
    deliver(5);

    assertThat(tags.ack(List.of(2L, 1L, 3L))).isEqualTo(new Frames(3, List.of()));
  }

  @Test
  void acksSinglyWhatIsBehindAnOpenOne() {
    deliver(5);

    assertThat(tags.ack(List.of(1L, 3L))).isEqualTo(new Frames(1, List.of(3L)));
  }

  @Test
  void endsARunOnATagThatIsStillOpen() {
    deliver(5);
    tags.ack(List.of(3L));

    // 3 is gone: a frame up to 3 would close the channel.
    assertThat(tags.ack(List.of(1L, 2L))).isEqualTo(new Frames(2, List.of()));
    assertThat(tags.ack(List.of(4L))).isEqualTo(new Frames(4, List.of()));
  }

  @Test
  void acksEachTagOnceInAnyOrder() {
    List<Long> order = new ArrayList<>(LongStream.rangeClosed(1, 2_000).boxed().toList());
    Random random = new Random(7);
    Collections.shuffle(order, random);
    deliver(order.size());
    Set<Long> open = new HashSet<>(order);

    for (int from = 0; from < order.size(); ) {
      int to = Math.min(order.size(), from + 1 + random.nextInt(50));
      carryOut(tags.ack(order.subList(from, to)), open);
      from = to;
    }

    assertThat(open).isEmpty();
  }

  /** As RabbitMQ does: an unknown tag is an error that closes the channel. */
  private static void carryOut(Frames frames, Set<Long> open) {
    if (frames.upTo() != OpenTags.NONE) {
      assertThat(open).contains(frames.upTo());
      open.removeIf(tag -> tag <= frames.upTo());
    }
    frames.singly().forEach(tag -> assertThat(open.remove(tag)).isTrue());
  }

  private void deliver(int count) {
    for (long tag = 1; tag <= count; tag++) {
      tags.delivered(tag);
    }
  }
}
