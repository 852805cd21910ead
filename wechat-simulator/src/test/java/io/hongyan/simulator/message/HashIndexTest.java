package io.hongyan.simulator.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HashIndexTest {

  @Test
  void agreesWithAHashMapAfterManyPuts() {
    HashIndex index = new HashIndex();
    Map<Long, Integer> expected = new HashMap<>();
    Random random = new Random(20261122);

    for (int i = 0; i < 200_000; i++) {
      // Few enough keys that many are put twice.
      long key = Fingerprint.of("message-" + random.nextInt(120_000));
      Integer before = expected.put(key, i);
      assertThat(index.put(key, i)).isEqualTo(before == null ? HashIndex.ABSENT : before);
    }

    assertThat(index.size()).isEqualTo(expected.size());
    expected.forEach((key, value) -> assertThat(index.get(key)).isEqualTo(value));
    assertThat(index.get(Fingerprint.of("never put"))).isEqualTo(HashIndex.ABSENT);
  }

  @Test
  void nearTextsHaveDifferentFingerprints() {
    assertThat(Fingerprint.of("ab", "c")).isNotEqualTo(Fingerprint.of("a", "bc"));
    assertThat(
            IntStream.range(0, 1_000_000)
                .mapToLong(i -> Fingerprint.of("0F8ZQ1ABCDEFG-" + i))
                .distinct()
                .count())
        .isEqualTo(1_000_000);
  }
}
