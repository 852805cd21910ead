package io.hongyan.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.message.BatchId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

/** Keyset paging, as the lists of batches do it, over any ids and any page size. */
class PagePropertyTest {

  @Property(tries = 300)
  void thePagesTogetherAreTheList(
      @ForAll @Size(max = 60) Set<@LongRange(min = 1) Long> ids,
      @ForAll @IntRange(min = 1, max = 20) int limit) {
    List<Long> newestFirst = ids.stream().sorted(Comparator.reverseOrder()).toList();
    List<Long> seen = new ArrayList<>();
    String cursor = null;

    do {
      Page<Long> page = page(newestFirst, cursor, limit);
      seen.addAll(page.items());
      cursor = page.next();
      assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
      assertThat(cursor == null || page.items().size() == limit).isTrue();
    } while (cursor != null);

    assertThat(seen).isEqualTo(newestFirst);
  }

  private static Page<Long> page(List<Long> all, @Nullable String cursor, int limit) {
    long before = cursor == null ? Long.MAX_VALUE : BatchId.parse(cursor).orElseThrow().value();
    List<Long> rows =
        all.stream()
            .filter(id -> cursor == null || id < before)
            .limit(Page.rowsFor(limit))
            .toList();
    return Page.of(rows, limit, id -> new BatchId(id).toString(), id -> id);
  }
}
