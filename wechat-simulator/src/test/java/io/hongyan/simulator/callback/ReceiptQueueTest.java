package io.hongyan.simulator.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.simulator.SmallHeap;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ReceiptQueueTest {

  private final ReceiptQueue queue = new ReceiptQueue(1 << 20);

  @Test
  void givesBackWhatWasAdded() {
    Receipt receipt =
        new Receipt(
            Long.MAX_VALUE,
            70_000,
            "oia2TjuEGTNoeX76QEjQNrcURxG8",
            3557254367693750277L,
            ReceiptStatus.SYSTEM_FAILED,
            1795309200L,
            1795309205L,
            2);

    queue.add(receipt, 5);

    assertThat(queue.poll(5)).isEqualTo(receipt);
    assertThat(queue.poll(5)).isNull();
    assertThat(queue.size()).isZero();
  }

  @Test
  void keepsTheOrderOfWhatIsDueTogetherAndLetsTheEarlierGoFirst() {
    LongStream.range(0, 1_000).forEach(number -> queue.add(receipt(number), 500));
    LongStream.range(1_000, 1_010).forEach(number -> queue.add(receipt(number), 100));

    assertThat(numbers(1_010))
        .containsExactly(
            LongStream.concat(LongStream.range(1_000, 1_010), LongStream.range(0, 1_000))
                .toArray());
  }

  @Test
  void keepsBackWhatIsNotDue() {
    queue.add(receipt(1), 500);

    assertThat(queue.poll(499)).isNull();
    assertThat(queue.nextDueMillis()).isEqualTo(500);
    assertThat(queue.poll(500)).isEqualTo(receipt(1));
    assertThat(queue.nextDueMillis()).isNull();
  }

  @Test
  void saysWhenTheNewOneIsTheNextThatIsDue() {
    assertThat(queue.add(receipt(1), 500)).isEqualTo(ReceiptQueue.Added.FIRST);
    assertThat(queue.add(receipt(2), 500)).isEqualTo(ReceiptQueue.Added.BEHIND);
    assertThat(queue.add(receipt(3), 900)).isEqualTo(ReceiptQueue.Added.BEHIND);
    assertThat(queue.add(receipt(4), 100)).isEqualTo(ReceiptQueue.Added.FIRST);
  }

  @Test
  void takesNoMoreThanFits() {
    ReceiptQueue small = new ReceiptQueue(100);
    assertThat(small.add(receipt(1), 0)).isEqualTo(ReceiptQueue.Added.FIRST);
    assertThat(small.add(receipt(2), 0)).isEqualTo(ReceiptQueue.Added.BEHIND);
    assertThat(small.add(receipt(3), 0)).isEqualTo(ReceiptQueue.Added.NO_ROOM);

    assertThat(small.poll(0)).isEqualTo(receipt(1));

    assertThat(small.add(receipt(3), 0)).isEqualTo(ReceiptQueue.Added.BEHIND);
    assertThat(small.size()).isEqualTo(2);
  }

  @Test
  @Timeout(120)
  void aMillionFitIn128MegabytesOfHeap() throws Exception {
    assertThat(SmallHeap.run(128, FillReceiptQueue.class, "1000000")).startsWith("size=1000000 ");
  }

  private long[] numbers(int count) {
    return Stream.generate(() -> Objects.requireNonNull(queue.poll(1_000)))
        .limit(count)
        .mapToLong(Receipt::number)
        .toArray();
  }

  private static Receipt receipt(long number) {
    return new Receipt(number, 0, "oA", 7, ReceiptStatus.SUCCESS, 1, 0, 0);
  }
}
