package io.hongyan.sender.sync;

import io.hongyan.sender.sync.FollowerSyncMapper.SyncRow;
import io.hongyan.sender.sync.TagSyncMapper.TagRow;
import io.hongyan.sender.token.TokenCalls;
import io.hongyan.sender.wechat.AccountCallException;
import io.hongyan.sender.wechat.AccountCalls;
import io.hongyan.sender.wechat.AccountCalls.OpenidPage;
import io.hongyan.sender.wechat.AccountCalls.Tag;
import io.hongyan.sender.wechat.WeChatRefusedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The last phase of an account's sync: brings {@code tag} and {@code follower_tag} in step with
 * WeChat, tag by tag and page by page. A tag that cannot be read stops no other. Called by {@link
 * FollowerSync}. Thread-safe.
 */
@Component
class TagSync {

  /** The phase, in {@code follower_sync}. */
  static final String PHASE = "tags";

  private static final Logger log = LoggerFactory.getLogger(TagSync.class);

  /** Of a tag that was deleted since the tags were listed (wechat-api 7). */
  private static final int NO_SUCH_TAG = 45159;

  private final TagSyncMapper mapper;
  private final TransactionTemplate transaction;
  private final TokenCalls calls;
  private final AccountCalls wechat;

  TagSync(
      TagSyncMapper mapper,
      TransactionTemplate transaction,
      TokenCalls calls,
      AccountCalls wechat) {
    this.mapper = mapper;
    this.transaction = transaction;
    this.calls = calls;
    this.wechat = wechat;
  }

  /**
   * Reads the list of tags, or one page of those with a tag.
   *
   * @return where the run is then; without a phase if it is whole
   * @throws ClaimLostException if another sender has taken over
   */
  SyncRow step(SyncRun run, SyncRow row)
      throws AccountCallException, IOException, InterruptedException {
    return row.tagId() == null ? readTags(run, row) : readTagged(run, row, row.tagId());
  }

  private SyncRow readTags(SyncRun run, SyncRow row)
      throws AccountCallException, IOException, InterruptedException {
    List<Tag> tags = distinct(calls.call(run.account(), wechat::fetchTags));
    Set<Integer> ids = tags.stream().map(Tag::id).collect(Collectors.toCollection(TreeSet::new));
    if (tags.isEmpty() && !mapper.findTagIds(run.id()).isEmpty()) {
      // WeChat always lists its own tags, ids 0 to 2.
      String note = "WeChat listed no tags at all: those that are known were kept";
      log.warn("tags not synced account={} run={} cause={}", run.id(), row.run(), note);
      return finish(run, row, note);
    }
    // Before the tag is deleted: whoever comes after a crash must find it to go on.
    for (int gone : mapper.findTagIds(run.id())) {
      if (!ids.contains(gone)) {
        sweep(run, row, gone);
      }
    }
    SyncRow next = ids.isEmpty() ? row.ended() : row.at(PHASE, ids.iterator().next(), "");
    transaction.executeWithoutResult(
        status -> {
          if (ids.isEmpty()) {
            run.finish(row, null);
          } else {
            run.move(row, next, null);
          }
          mapper.deleteOtherTags(run.id(), tags.stream().mapToInt(Tag::id).toArray());
          mapper.upsertTags(
              run.id(),
              tags.stream().mapToInt(Tag::id).toArray(),
              tags.stream().map(Tag::name).toArray(String[]::new),
              tags.stream().mapToInt(Tag::followers).toArray());
        });
    return next;
  }

  private SyncRow readTagged(SyncRun run, SyncRow row, int tagId)
      throws AccountCallException, IOException, InterruptedException {
    OpenidPage listed;
    try {
      listed =
          calls.call(run.account(), token -> wechat.fetchTagged(token, tagId, row.nextOpenid()));
    } catch (WeChatRefusedException e) {
      if (e.errcode() != NO_SUCH_TAG && !SyncPage.isPlaceGone(e, row)) {
        throw e;
      }
      return toNextTag(run, row, tagId, "tag %d: %s".formatted(tagId, e.getMessage()));
    }
    SyncPage page = SyncPage.of(listed, row);
    SyncRow next = row.at(PHASE, tagId, page.last() ? row.nextOpenid() : page.next());
    transaction.executeWithoutResult(
        status -> {
          run.move(row, next, null);
          if (!page.openids().isEmpty()) {
            mapper.upsertTagged(run.id(), tagId, row.run(), page.toArray());
          }
        });
    return page.last() ? endTag(run, next, tagId) : next;
  }

  /** After a tag's last page, of which a crash until the next tag is reached asks once more. */
  private SyncRow endTag(SyncRun run, SyncRow row, int tagId) {
    TagRow tag = mapper.findTag(run.id(), tagId);
    Counted counted = countTagged(run, row, tagId);
    int seen = counted.seen();
    if (tag != null && Plausibility.isClearlyFewer(seen, tag.followers())) {
      return toNextTag(
          run,
          row,
          tagId,
          "tag %d: WeChat listed %d people but counts %d: it was taken off nobody"
              .formatted(tagId, seen, tag.followers()));
    }
    if (Plausibility.isDoubtful(counted)
        && !Plausibility.isConfirmed(tag == null ? null : tag.doubted(), seen)) {
      mapper.setTagDoubted(run.id(), tagId, seen);
      return toNextTag(
          run,
          row,
          tagId,
          "tag %d: WeChat listed %d people, but %d others are known: it was taken off nobody until the next sync says the same"
              .formatted(tagId, seen, counted.unseen()));
    }
    sweep(run, row, tagId);
    mapper.setTagDoubted(run.id(), tagId, null);
    return toNextTag(run, row, tagId, null);
  }

  private Counted countTagged(SyncRun run, SyncRow row, int tagId) {
    int seen = 0;
    int unseen = 0;
    String after = "";
    String upTo = mapper.taggedWindow(run.id(), tagId, after, SyncRun.WINDOW);
    while (upTo != null) {
      run.renew();
      Counted counted = mapper.countTagged(run.id(), tagId, row.run(), after, upTo);
      seen += counted.seen();
      unseen += counted.unseen();
      after = upTo;
      upTo = mapper.taggedWindow(run.id(), tagId, after, SyncRun.WINDOW);
    }
    return new Counted(seen, unseen);
  }

  private SyncRow toNextTag(SyncRun run, SyncRow row, int tagId, @Nullable String note) {
    if (note != null) {
      log.warn("tag not synced account={} run={} cause={}", run.id(), row.run(), note);
    }
    Integer nextTag = mapper.nextTag(run.id(), tagId);
    if (nextTag == null) {
      return finish(run, row, note);
    }
    SyncRow next = row.at(PHASE, nextTag, "");
    run.move(row, next, note);
    return next;
  }

  private SyncRow finish(SyncRun run, SyncRow row, @Nullable String note) {
    transaction.executeWithoutResult(status -> run.finish(row, note));
    return row.ended();
  }

  /** Takes the tag off all whom the run did not see with it, a window at a time. */
  private void sweep(SyncRun run, SyncRow row, int tagId) {
    String after = "";
    String upTo = mapper.taggedWindow(run.id(), tagId, after, SyncRun.WINDOW);
    while (upTo != null) {
      sweepWindow(run, row, tagId, after, upTo);
      after = upTo;
      upTo = mapper.taggedWindow(run.id(), tagId, after, SyncRun.WINDOW);
    }
  }

  private void sweepWindow(SyncRun run, SyncRow row, int tagId, String after, String upTo) {
    transaction.executeWithoutResult(
        status -> {
          run.renew();
          mapper.deleteTagged(run.id(), tagId, row.run(), after, upTo);
        });
  }

  /** The tags, each id once; two of one name are told apart by their ids. */
  private static List<Tag> distinct(Collection<Tag> listed) {
    Map<String, Tag> byName = new LinkedHashMap<>();
    Map<Integer, Tag> byId = new LinkedHashMap<>();
    listed.forEach(tag -> byId.putIfAbsent(tag.id(), tag));
    for (Tag tag : byId.values()) {
      String name = tag.name().replace('\0', ' ');
      String unique = byName.containsKey(name) ? "%s (%d)".formatted(name, tag.id()) : name;
      byName.put(unique, new Tag(tag.id(), unique, tag.followers()));
    }
    return new ArrayList<>(byName.values());
  }
}
