package io.hongyan.simulator.account;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who follows an account: the same people for sends, {@code user/get} and tags. Thread-safe; {@link
 * #includes} takes no lock.
 */
public final class Followers {

  /** When the first of those it began with subscribed; each next one a second later. */
  private static final Instant FIRST_SUBSCRIBED = Instant.parse("2020-01-01T00:00:00Z");

  private final OpenidSequence beginning;
  private final Membership listed;
  private final @Nullable FollowerRule unlisted;
  private final Set<String> leftUnlisted = ConcurrentHashMap.newKeySet();
  private final Map<String, Instant> subscribedSince = new ConcurrentHashMap<>();

  private Followers(OpenidSequence beginning, @Nullable FollowerRule unlisted) {
    this.beginning = beginning;
    this.listed = new Membership(beginning);
    this.unlisted = unlisted;
  }

  /** These and nobody else; {@code user/get} shows them in this order. */
  public static Followers listed(OpenidSequence openids) {
    return new Followers(openids, null);
  }

  /** Whom the rule includes; {@code user/get} shows none of them. */
  public static Followers unlisted(FollowerRule rule) {
    return new Followers(OpenidSequence.NONE, rule);
  }

  public boolean includes(String openid) {
    return (unlisted != null && unlisted.includes(openid) && !hasLeft(openid))
        || listed.contains(openid);
  }

  /** How many {@code user/get} shows. */
  public int listedCount() {
    return listed.size();
  }

  /** The listed followers the account began with, for tags that are reckoned from them. */
  public OpenidSequence beginning() {
    return beginning;
  }

  /** See {@link Membership#page}. */
  public @Nullable OpenidPage page(String after, int limit) {
    return listed.page(after, limit);
  }

  /** When the follower subscribed. */
  public Instant subscribedAt(String openid) {
    Instant since = subscribedSince.get(openid);
    return since == null
        ? FIRST_SUBSCRIBED.plus(Duration.ofSeconds(Math.max(0, beginning.placeOf(openid))))
        : since;
  }

  /**
   * Lets a person follow from now on, last in the list. One who followed by the rule gets listed.
   *
   * @return whether the person did not follow before
   */
  synchronized boolean subscribe(String openid, Instant now) {
    boolean followed = includes(openid);
    if (listed.add(openid)) {
      subscribedSince.put(openid, now);
    }
    return !followed;
  }

  /** Returns whether the person followed before. */
  synchronized boolean unsubscribe(String openid) {
    boolean followed = includes(openid);
    if (unlisted != null && unlisted.includes(openid)) {
      leftUnlisted.add(openid);
    }
    if (listed.remove(openid)) {
      subscribedSince.remove(openid);
    }
    return followed;
  }

  private boolean hasLeft(String openid) {
    // Nobody leaves in a load test; spares its sends the openid's hash.
    return !leftUnlisted.isEmpty() && leftUnlisted.contains(openid);
  }
}
