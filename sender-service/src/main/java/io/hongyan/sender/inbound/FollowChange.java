package io.hongyan.sender.inbound;

import io.hongyan.common.callback.InboundRecord;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Somebody has followed or unfollowed.
 *
 * @param at WeChat's {@code CreateTime}
 */
record FollowChange(Person person, boolean subscribed, Instant at) {

  private static final Comparator<InboundRecord> ORDER =
      Comparator.comparing(InboundRecord::createdAt)
          .thenComparing(InboundRecord::receivedAt)
          .thenComparingLong(InboundRecord::id);

  /** The last change of each person among these records, in the persons' order. */
  static List<FollowChange> lastOf(Collection<InboundRecord> records) {
    SortedMap<Person, FollowChange> last = new TreeMap<>();
    records.stream()
        .filter(FollowChange::isChange)
        .sorted(ORDER)
        .map(FollowChange::of)
        .forEach(change -> last.put(change.person(), change));
    return List.copyOf(last.values());
  }

  private static boolean isChange(InboundRecord inbound) {
    String event = inbound.event();
    return "subscribe".equalsIgnoreCase(event) || "unsubscribe".equalsIgnoreCase(event);
  }

  private static FollowChange of(InboundRecord inbound) {
    return new FollowChange(
        new Person(inbound.account(), inbound.openid()),
        "subscribe".equalsIgnoreCase(inbound.event()),
        inbound.createdAt());
  }

  /** A person of an account. */
  record Person(String account, String openid) implements Comparable<Person> {

    private static final Comparator<Person> ORDER =
        Comparator.comparing(Person::account).thenComparing(Person::openid);

    @Override
    public int compareTo(Person other) {
      return ORDER.compare(this, other);
    }
  }
}
