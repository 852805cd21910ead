package io.hongyan.simulator.account;

import io.hongyan.simulator.template.PrivateTemplates;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A program that sets up as many followers as its argument says, tags every tenth, lets some come
 * and go, and pages through all of them; {@link FollowersHeapTest} runs it in a small heap.
 */
final class PageThroughFollowers {

  private static final int PAGE = 10_000;

  private PageThroughFollowers() {}

  @SuppressWarnings("SystemOut") // its answer to the process that started it
  public static void main(String[] args) {
    GeneratedOpenids openids = new GeneratedOpenids("oM", Integer.parseInt(args[0]));
    Account account =
        new Account(
            "wx1",
            "s",
            new PrivateTemplates(List.of(), null),
            Followers.listed(openids),
            List.of(new TagSetup(100, "vip", new EveryNthOpenid(openids, 10))));
    for (int i = 0; i < 1_000; i++) {
      account.unsubscribe(openids.get(i * 10));
      account.subscribe("oNew" + i, Instant.EPOCH);
    }
    long begin = System.nanoTime();
    int followers = count(after -> account.followers().page(after, PAGE));
    int tagged = count(after -> account.tags().page(100, after, PAGE));
    long tookMillis = (System.nanoTime() - begin) / 1_000_000;
    System.out.printf("followers=%d tagged=%d took_ms=%d%n", followers, tagged, tookMillis);
  }

  private static int count(Function<String, @Nullable OpenidPage> pages) {
    int count = 0;
    String next = "";
    do {
      OpenidPage page = Objects.requireNonNull(pages.apply(next));
      count += page.openids().size();
      next = page.next();
    } while (!next.isEmpty());
    return count;
  }
}
