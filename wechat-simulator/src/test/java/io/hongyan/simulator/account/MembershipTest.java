package io.hongyan.simulator.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MembershipTest {

  @Test
  void isWhatAPlainListWouldBe() {
    Random random = new Random(5);
    Membership membership = new Membership(new GeneratedOpenids("oM", 50));
    Set<String> plain = new LinkedHashSet<>();
    for (int i = 1; i <= 50; i++) {
      plain.add("oM%07d".formatted(i));
    }

    for (int i = 0; i < 2_000; i++) {
      String openid = "oM%07d".formatted(1 + random.nextInt(80));
      if (random.nextBoolean()) {
        assertThat(membership.add(openid)).isEqualTo(plain.add(openid));
      } else {
        assertThat(membership.remove(openid)).isEqualTo(plain.remove(openid));
      }
      assertThat(membership.contains(openid)).isEqualTo(plain.contains(openid));
      assertThat(membership.size()).isEqualTo(plain.size());
    }

    assertThat(read(membership, 7)).containsExactlyElementsOf(plain);
  }

  @Test
  void everyNthIsReckonedFromTheWhole() {
    OpenidSequence every =
        new EveryNthOpenid(new ListedOpenids(Arrays.asList("a", "b", "c", "d", "e")), 2);

    assertThat(every.size()).isEqualTo(2);
    assertThat(List.of(every.get(0), every.get(1))).containsExactly("b", "d");
    assertThat(every.placeOf("d")).isEqualTo(1);
    assertThat(every.placeOf("c")).isEqualTo(-1);
    assertThat(every.placeOf("x")).isEqualTo(-1);
  }

  private static List<String> read(Membership membership, int pageSize) {
    List<String> openids = new ArrayList<>();
    String next = "";
    do {
      OpenidPage page = membership.page(next, pageSize);
      assertThat(page).isNotNull();
      openids.addAll(page.openids());
      next = page.next();
    } while (!next.isEmpty());
    return openids;
  }
}
