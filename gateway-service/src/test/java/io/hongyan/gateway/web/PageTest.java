package io.hongyan.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PageTest {

  @Test
  void oneRowMoreThanTheLimitMeansThereAreOthers() {
    Page<String> page = Page.of(List.of(1, 2, 3), 2, String::valueOf, row -> "item " + row);

    assertThat(page.items()).containsExactly("item 1", "item 2");
    assertThat(page.next()).isEqualTo("2");
  }

  @Test
  void theLastPageHasNoNext() {
    assertThat(Page.of(List.of(1, 2), 2, String::valueOf, row -> row).next()).isNull();
    assertThat(Page.of(List.<Integer>of(), 2, String::valueOf, row -> row).next()).isNull();
  }

  @Test
  void limitsTheLimit() {
    assertThat(Page.limit(null)).isEqualTo(100);
    assertThat(Page.limit(1000)).isEqualTo(1000);
    assertThatThrownBy(() -> Page.limit(0)).hasMessageContaining("1 to 1000");
    assertThatThrownBy(() -> Page.limit(1001)).hasMessageContaining("1 to 1000");
  }
}
