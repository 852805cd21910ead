package io.hongyan.common.message;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** Ids come back as they were written, in the order of their texts; they are list cursors too. */
class IdsPropertyTest {

  @Property
  void anIdIsReadBackFromItsText(
      @ForAll @LongRange(min = Long.MIN_VALUE) long batch,
      @ForAll @IntRange(min = 1, max = 999_999_999) int seq) {
    MessageId id = new MessageId(new BatchId(batch), seq);

    assertThat(MessageId.parse(id.toString())).contains(id);
    assertThat(BatchId.parse(id.batchId().toString())).contains(id.batchId());
  }

  @Property
  void batchIdsSortAsTheirTexts(
      @ForAll @LongRange(min = 0) long one, @ForAll @LongRange(min = 0) long other) {
    BatchId a = new BatchId(one);
    BatchId b = new BatchId(other);

    assertThat(Integer.signum(a.compareTo(b)))
        .isEqualTo(Integer.signum(a.toString().compareTo(b.toString())));
  }

  @Provide
  Arbitrary<String> almostIds() {
    return Arbitraries.strings().withChars("0SA5VMDJKZz-iIlLoOuU 9").ofMaxLength(24);
  }

  @Property(tries = 3_000)
  void anyTextIsAnIdOrNone(@ForAll("almostIds") String text) {
    MessageId.parse(text).ifPresent(id -> assertThat(MessageId.parse(id.toString())).contains(id));
    BatchId.parse(text).ifPresent(id -> assertThat(BatchId.parse(id.toString())).contains(id));
  }
}
