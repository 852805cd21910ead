package io.hongyan.simulator.account;

import io.hongyan.simulator.account.TagChange.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An account's tags and which followers carry them, by WeChat's rules (see the user-tag pages of
 * its documentation). Who stops following loses his tags. Thread-safe.
 */
public final class Tags {

  /** Tags an account may have. */
  public static final int MOST = 100;

  /** Tags a follower may carry. */
  public static final int MOST_OF_ONE = 20;

  /** A tag that more followers carry can't be deleted. */
  public static final int MOST_CARRIERS_TO_DELETE = 100_000;

  /** Of a name, in UTF-8: errcode 45158 speaks of bytes, the prose of characters. */
  public static final int LONGEST_NAME_BYTES = 30;

  /** 0, 1 and 2 are WeChat's own. */
  private static final int LAST_RESERVED = 2;

  private static final int FIRST_CREATED = 100;

  private final Followers followers;
  private final Map<Integer, Carried> byId = new TreeMap<>();
  private int nextId = FIRST_CREATED;

  /** A tag with its carriers. */
  private static final class Carried {
    private final int id;
    private final Membership carriers;
    private String name;

    Carried(int id, String name, OpenidSequence openids) {
      this.id = id;
      this.name = name;
      this.carriers = new Membership(openids);
    }

    Tag shown() {
      return new Tag(id, name, carriers.size());
    }
  }

  /**
   * @param setups with different ids; their openids follow
   */
  Tags(Followers followers, List<TagSetup> setups) {
    this.followers = followers;
    for (TagSetup setup : setups) {
      byId.put(setup.id(), new Carried(setup.id(), setup.name(), setup.openids()));
      nextId = Math.max(nextId, setup.id() + 1);
    }
  }

  /** By id. */
  public synchronized List<Tag> list() {
    return byId.values().stream().map(Carried::shown).toList();
  }

  /** The ids of the tags that the person carries, ascending; none of one who does not follow. */
  public synchronized List<Integer> idsOf(String openid) {
    return byId.values().stream()
        .filter(tag -> tag.carriers.contains(openid))
        .map(tag -> tag.id)
        .toList();
  }

  public synchronized boolean has(int id) {
    return byId.containsKey(id);
  }

  /** See {@link Membership#page}; null also when there is no such tag. */
  public synchronized @Nullable OpenidPage page(int id, String after, int limit) {
    Carried tag = byId.get(id);
    return tag == null ? null : tag.carriers.page(after, limit);
  }

  /** Adds a tag that nobody carries yet; ids of deleted tags do not come again. */
  public synchronized TagChange create(String name) {
    Reason reason = findNameProblem(name, null);
    if (reason != null) {
      return new TagChange.Refused(reason);
    }
    if (byId.size() >= MOST) {
      return new TagChange.Refused(Reason.TOO_MANY_TAGS);
    }
    Carried tag = new Carried(nextId++, name, OpenidSequence.NONE);
    byId.put(tag.id, tag);
    return new TagChange.Done(tag.shown());
  }

  public synchronized TagChange rename(int id, String name) {
    return isReserved(id)
        ? new TagChange.Refused(Reason.RESERVED)
        : change(id, tag -> findNameProblem(name, tag), tag -> tag.name = name);
  }

  public synchronized TagChange delete(int id) {
    return isReserved(id)
        ? new TagChange.Refused(Reason.RESERVED)
        : change(
            id,
            tag -> tag.carriers.size() > MOST_CARRIERS_TO_DELETE ? Reason.TOO_MANY_CARRIERS : null,
            tag -> byId.remove(id));
  }

  /** Gives the tag to all of them, or to none when one can't have it. */
  public synchronized TagChange give(int id, Collection<String> openids) {
    return change(
        id,
        tag -> {
          Reason reason = findStranger(openids);
          return reason == null && openids.stream().anyMatch(openid -> hasNoRoom(openid, tag))
              ? Reason.TOO_MANY_TAGS_OF_ONE
              : reason;
        },
        tag -> openids.forEach(tag.carriers::add));
  }

  /** Takes the tag from all of them, whether they carry it or not. */
  public synchronized TagChange take(int id, Collection<String> openids) {
    return change(id, tag -> findStranger(openids), tag -> openids.forEach(tag.carriers::remove));
  }

  /** Under the lock of the tags, or one who leaves could be given a tag while he does. */
  synchronized boolean unsubscribe(String openid) {
    if (!followers.unsubscribe(openid)) {
      return false;
    }
    byId.values().forEach(tag -> tag.carriers.remove(openid));
    return true;
  }

  private TagChange change(
      int id, Function<Carried, @Nullable Reason> problem, Consumer<Carried> change) {
    Carried tag = byId.get(id);
    if (tag == null) {
      return new TagChange.Refused(Reason.UNKNOWN_TAG);
    }
    Reason reason = problem.apply(tag);
    if (reason != null) {
      return new TagChange.Refused(reason);
    }
    change.accept(tag);
    return new TagChange.Done(tag.shown());
  }

  private @Nullable Reason findStranger(Collection<String> openids) {
    return openids.stream().allMatch(followers::includes) ? null : Reason.NOT_A_FOLLOWER;
  }

  private boolean hasNoRoom(String openid, Carried tag) {
    return !tag.carriers.contains(openid) && idsOf(openid).size() >= MOST_OF_ONE;
  }

  private @Nullable Reason findNameProblem(String name, @Nullable Carried renamed) {
    if (name.isBlank()) {
      return Reason.NAME_INVALID;
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME_BYTES) {
      return Reason.NAME_TOO_LONG;
    }
    boolean taken = byId.values().stream().anyMatch(tag -> tag != renamed && tag.name.equals(name));
    return taken ? Reason.NAME_INVALID : null;
  }

  private static boolean isReserved(int id) {
    return id >= 0 && id <= LAST_RESERVED;
  }
}
