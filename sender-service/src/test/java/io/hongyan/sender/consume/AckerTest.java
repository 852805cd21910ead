package io.hongyan.sender.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;

import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a channel that behaves as RabbitMQ: settling a tag twice, or one unknown, closes it. */
@Timeout(20)
class AckerTest {

  private final Channel channel = mock(Channel.class);
  private final NavigableSet<Long> unacked = new ConcurrentSkipListSet<>();
  private final List<String> frames = new CopyOnWriteArrayList<>();
  private final List<String> errors = new CopyOnWriteArrayList<>();
  private final CountDownLatch hold = new CountDownLatch(1);
  private volatile @Nullable CountDownLatch holdAt;

  @BeforeEach
  void recordFrames() throws IOException {
    doAnswer(call -> ack(call.getArgument(0), call.getArgument(1)))
        .when(channel)
        .basicAck(anyLong(), anyBoolean());
    doAnswer(call -> nack(call.getArgument(0)))
        .when(channel)
        .basicNack(anyLong(), anyBoolean(), anyBoolean());
  }

  @Test
  void aRunIsAckedWithOneFrame() throws Exception {
    Acker acker = deliver(100);
    holdAtTheFirstFrame(acker);
    for (long tag = 2; tag <= 100; tag++) {
      acker.ack(tag);
    }

    hold.countDown();
    acker.stop();

    assertThat(frames).containsExactly("ack 1 multiple", "ack 100 multiple");
    assertThat(unacked).isEmpty();
  }

  @Test
  void aTagBehindAGapIsAckedAlone() throws Exception {
    Acker acker = deliver(3);
    acker.ack(2);
    acker.stop();

    assertThat(frames).containsExactly("ack 2");
    assertThat(unacked).containsExactly(1L, 3L);
  }

  @Test
  void whatIsDoneEarlyWaitsARoundForItsPredecessors() throws Exception {
    Acker acker = deliver(3);
    acker.ack(2);
    acker.ack(3);
    acker.ack(1);

    acker.stop();

    assertThat(frames).containsExactly("ack 3 multiple");
  }

  @Test
  void aMultipleNeverEndsOnATagThatIsSettled() throws Exception {
    Acker acker = deliver(3);
    holdAtTheFirstFrame(acker, 2);
    acker.ack(1);

    hold.countDown();
    acker.stop();

    assertThat(frames).containsExactly("ack 2", "ack 1 multiple");
    assertThat(errors).isEmpty();
  }

  @Test
  void oneGivenBackIsNotAcked() throws Exception {
    Acker acker = deliver(3);
    holdAtTheFirstFrame(acker, 3);
    acker.giveBack(2);
    acker.ack(1);

    hold.countDown();
    acker.stop();

    assertThat(frames).containsExactly("ack 3", "nack 2", "ack 1 multiple");
    assertThat(errors).isEmpty();
    assertThat(unacked).isEmpty();
  }

  @RepeatedTest(20)
  void inWhateverOrderEachTagIsSettledOnce(RepetitionInfo repetition) throws Exception {
    Random random = new Random(repetition.getCurrentRepetition());
    Acker acker = deliver(300);
    List<Long> order = new ArrayList<>(unacked);
    Collections.shuffle(order, random);
    Set<Long> inHand = Set.copyOf(order.subList(0, 20));

    for (long tag : order.subList(20, 300)) {
      if (random.nextInt(10) == 0) {
        acker.giveBack(tag);
      } else {
        acker.ack(tag);
      }
      if (random.nextInt(5) == 0) {
        Thread.onSpinWait();
      }
    }
    acker.stop();

    assertThat(errors).isEmpty();
    assertThat(unacked).containsExactlyInAnyOrderElementsOf(inHand);
  }

  @Test
  void aClosedChannelEndsItQuietly() throws Exception {
    doThrow(new IOException("closed")).when(channel).basicAck(anyLong(), anyBoolean());
    Acker acker = deliver(2);
    acker.ack(1);

    acker.stop();

    assertThat(unacked).hasSize(2);
  }

  private Acker deliver(int count) {
    Acker acker = new Acker(channel, "test acker");
    IntStream.rangeClosed(1, count)
        .forEach(
            tag -> {
              unacked.add((long) tag);
              acker.delivered(tag);
            });
    return acker;
  }

  /** Keeps the acker busy with its first frame, so that what follows gathers. */
  private void holdAtTheFirstFrame(Acker acker) throws InterruptedException {
    holdAtTheFirstFrame(acker, 1);
  }

  private void holdAtTheFirstFrame(Acker acker, long tag) throws InterruptedException {
    CountDownLatch reached = new CountDownLatch(1);
    holdAt = reached;
    acker.ack(tag);
    reached.await();
  }

  private @Nullable Void ack(long tag, boolean multiple) throws InterruptedException {
    frames.add("ack " + tag + (multiple ? " multiple" : ""));
    if (!unacked.contains(tag)) {
      errors.add("ack of an unknown tag " + tag);
    }
    if (multiple) {
      unacked.headSet(tag, true).clear();
    } else {
      unacked.remove(tag);
    }
    CountDownLatch reached = holdAt;
    if (reached != null) {
      holdAt = null;
      reached.countDown();
      hold.await();
    }
    return null;
  }

  private @Nullable Void nack(long tag) {
    frames.add("nack " + tag);
    if (!unacked.remove(tag)) {
      errors.add("nack of an unknown tag " + tag);
    }
    return null;
  }
}
