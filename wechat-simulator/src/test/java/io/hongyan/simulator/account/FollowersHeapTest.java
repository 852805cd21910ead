package io.hongyan.simulator.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.simulator.SmallHeap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FollowersHeapTest {

  /** Stored, a million openids alone would take 56 MB. */
  @Test
  @Timeout(60)
  void aMillionGeneratedFollowersWithTagsArePagedThroughIn16MegabytesOfHeap() throws Exception {
    assertThat(SmallHeap.run(16, PageThroughFollowers.class, "1000000"))
        .startsWith("followers=1000000 tagged=100000 ");
  }
}
