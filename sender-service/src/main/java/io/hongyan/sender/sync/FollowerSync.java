package io.hongyan.sender.sync;

import io.hongyan.common.wechat.WeChatError;
import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.gate.AccountGate;
import io.hongyan.sender.gate.WeChatDay;
import io.hongyan.sender.sync.FollowerSyncMapper.Counted;
import io.hongyan.sender.sync.FollowerSyncMapper.SyncRow;
import io.hongyan.sender.sync.FollowerSyncMapper.TagRow;
import io.hongyan.sender.token.TokenCalls;
import io.hongyan.sender.token.TokenRefusedException;
import io.hongyan.sender.token.TokenUnavailableException;
import io.hongyan.sender.wechat.AccountCalls;
import io.hongyan.sender.wechat.AccountCalls.FollowerPage;
import io.hongyan.sender.wechat.AccountCalls.OpenidPage;
import io.hongyan.sender.wechat.AccountCalls.Tag;
import io.hongyan.sender.wechat.WeChatRefusedException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Brings {@code follower}, {@code follower_tag} and {@code tag} of one account in step with WeChat,
 * page by page. Each page is one transaction, which also moves the place in {@code follower_sync}
 * from which whoever comes next goes on; so a killed sender's run is neither begun anew nor does it
 * skip or repeat a page. Called by {@link FollowerSyncLoop}. Thread-safe.
 */
@Component
class FollowerSync {

  private static final Logger log = LoggerFactory.getLogger(FollowerSync.class);

  private static final String FOLLOWERS = "followers";
  private static final String UNSUBSCRIBED = "unsubscribed";
  private static final String TAGS = "tags";

  /** Rows looked at in one transaction; as many as a page has. */
  private static final int WINDOW = 10_000;

  /** Followers come and go while they are listed: so few missing, or a hundredth, are no wonder. */
  private static final int SLACK = 10;

  private static final int MOST_SLACK = 1_000;

  /** Failed steps in a row after which a run gives way to the next. */
  private static final int TROUBLE = 3;

  /** Of a tag that was deleted since the tags were listed (wechat-api 7). */
  private static final int NO_SUCH_TAG = 45159;

  private static final Duration SPREAD_OF_DAY_BEGIN = Duration.ofMinutes(10);

  private static final Pattern OPENID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private final FollowerSyncMapper mapper;
  private final TransactionTemplate transaction;
  private final TokenCalls calls;
  private final AccountCalls wechat;
  private final AccountGate gate;
  private final SyncProperties properties;
  private final Clock clock;

  FollowerSync(
      FollowerSyncMapper mapper,
      TransactionTemplate transaction,
      TokenCalls calls,
      AccountCalls wechat,
      AccountGate gate,
      SyncProperties properties,
      Clock clock) {
    this.mapper = mapper;
    this.transaction = transaction;
    this.calls = calls;
    this.wechat = wechat;
    this.gate = gate;
    this.properties = properties;
    this.clock = clock;
  }

  /**
   * Takes the account's sync, if there is something to do and nobody does it, and goes on with it
   * to its end, or to what keeps it from going on.
   *
   * @param patience asked after each page; false = leave the rest to another
   * @throws org.springframework.dao.DataAccessException if the database is away; another goes on
   *     when the lease is over
   */
  void goOn(SenderAccount account, BooleanSupplier patience) throws InterruptedException {
    String claim = UUID.randomUUID().toString();
    Optional<SyncRow> claimed =
        mapper.claim(account.id(), claim, atUtc(clock.instant()), leaseUntil());
    if (claimed.isEmpty()) {
      return;
    }
    Run run = new Run(account, claim, clock.instant());
    SyncRow row = claimed.get();
    try {
      // A run that does not get on must not stand in the way of the next night's for ever; one that
      // waits for the next day's calls gets on.
      if (row.phase() == null || row.requested() && row.failures() >= TROUBLE) {
        row = begin(run, false);
      }
      while (row.phase() != null && patience.getAsBoolean()) {
        row = step(run, row);
      }
      if (row.phase() != null) {
        mapper.release(account.id(), claim);
      }
    } catch (ClaimLostException e) {
      leftToAnother(run, row);
    } catch (IOException
        | WeChatRefusedException
        | TokenRefusedException
        | TokenUnavailableException
        | RuntimeException e) {
      putOff(run, row, e);
    }
  }

  private static void leftToAnother(Run run, SyncRow row) {
    log.warn("follower sync left to another sender account={} run={}", run.id(), row.run());
  }

  private SyncRow begin(Run run, boolean restarted) {
    SyncRow row =
        mapper
            .begin(run.id(), run.claim(), restarted)
            .orElseThrow(() -> new ClaimLostException(run.id()));
    log.info("follower sync begun account={} run={}", run.id(), row.run());
    return row;
  }

  private SyncRow step(Run run, SyncRow row)
      throws IOException,
          WeChatRefusedException,
          TokenRefusedException,
          TokenUnavailableException,
          InterruptedException {
    return switch (String.valueOf(row.phase())) {
      case FOLLOWERS -> readFollowers(run, row);
      case UNSUBSCRIBED -> markUnsubscribed(run, row);
      case TAGS -> row.tagId() == null ? readTags(run, row) : readTagged(run, row, row.tagId());
      default -> throw new IllegalStateException("unknown phase " + row.phase());
    };
  }

  private SyncRow readFollowers(Run run, SyncRow row)
      throws IOException,
          WeChatRefusedException,
          TokenRefusedException,
          TokenUnavailableException,
          InterruptedException {
    FollowerPage followers =
        calls.call(run.account(), token -> wechat.fetchFollowers(token, row.nextOpenid()));
    OpenidPage page = followers.page();
    int total = Math.max(orZero(row.total()), orZero(followers.total()));
    boolean last = isLast(page, row);
    String[] openids = openids(page, run);
    return transaction.execute(
        status -> {
          held(mapper.renew(run.id(), run.claim(), leaseUntil()), run);
          int fresh =
              openids.length == 0 ? 0 : mapper.upsertFollowers(run.id(), row.run(), openids);
          int seen = row.seen() + fresh;
          SyncRow counted = row.counted(seen, total);
          String trouble = last ? tooFew(seen, total) : endless(fresh, seen, total);
          if (trouble != null) {
            return abandon(run, counted, trouble, null);
          }
          SyncRow next =
              last ? counted.at(UNSUBSCRIBED, null, "") : counted.at(FOLLOWERS, null, page.next());
          move(run, row, next, null);
          return next;
        });
  }

  private SyncRow abandon(Run run, SyncRow row, String cause, @Nullable Integer doubted) {
    held(mapper.abandon(run.claim(), row, cause, doubted), run);
    log.error(
        "follower sync ended early account={} run={} seen={} total={} cause={}",
        run.id(),
        row.run(),
        row.seen(),
        row.total(),
        cause);
    return row.at(null, null, "");
  }

  private static int orZero(@Nullable Integer number) {
    return number == null ? 0 : number;
  }

  private static @Nullable String tooFew(int seen, int total) {
    return isClearlyFewer(seen, total)
        ? "WeChat listed %d followers but counts %d: nobody was marked as unsubscribed"
            .formatted(seen, total)
        : null;
  }

  // Pages that lead back to earlier ones would go round until the day's calls are used up.
  private static @Nullable String endless(int fresh, int seen, int total) {
    return fresh == 0 || seen > total + total / 10 + WINDOW
        ? "WeChat listed %d followers, counts %d, and its pages do not end: nobody was marked as unsubscribed"
            .formatted(seen, total)
        : null;
  }

  private static boolean isClearlyFewer(int seen, int total) {
    return seen < total - slack(total);
  }

  // Less than a page of 10,000, or a lost one would not be noticed.
  private static int slack(int total) {
    return Math.max(SLACK, Math.min(total / 100, MOST_SLACK));
  }

  /** Whether half of what is known would go: WeChat agrees with itself when it is mistaken, too. */
  private static boolean isDoubtful(Counted counted) {
    return counted.unseen() > counted.seen() && counted.unseen() + counted.seen() > SLACK;
  }

  /** Whether the run before was told nearly the same. */
  private static boolean isConfirmed(@Nullable Integer doubted, int seen) {
    return doubted != null && Math.abs(doubted - seen) <= slack(doubted);
  }

  private SyncRow markUnsubscribed(Run run, SyncRow row) {
    if (row.nextOpenid().isEmpty() && !isConfirmed(row.doubted(), row.seen())) {
      Counted counted = new Counted(row.seen(), countUnseen(run, row));
      if (isDoubtful(counted)) {
        return abandon(
            run,
            row,
            "WeChat listed %d followers, but %d others are known: nobody was marked as unsubscribed until the next sync says the same"
                .formatted(counted.seen(), counted.unseen()),
            row.seen());
      }
    }
    String upTo = mapper.followerWindow(run.id(), row.nextOpenid(), WINDOW);
    SyncRow next = upTo == null ? row.at(TAGS, null, "") : row.at(UNSUBSCRIBED, null, upTo);
    transaction.executeWithoutResult(
        status -> {
          move(run, row, next, null);
          if (upTo != null) {
            run.unsubscribed += mapper.markUnsubscribed(row, row.nextOpenid(), upTo);
          }
        });
    return next;
  }

  // A window at a time: over a million rows one statement may take longer than the connection
  // waits.
  private int countUnseen(Run run, SyncRow row) {
    int unseen = 0;
    String after = "";
    String upTo = mapper.followerWindow(run.id(), after, WINDOW);
    while (upTo != null) {
      held(mapper.renew(run.id(), run.claim(), leaseUntil()), run);
      unseen += mapper.countUnseen(row, after, upTo);
      after = upTo;
      upTo = mapper.followerWindow(run.id(), after, WINDOW);
    }
    return unseen;
  }

  private Counted countTagged(Run run, SyncRow row, int tagId) {
    int seen = 0;
    int unseen = 0;
    String after = "";
    String upTo = mapper.taggedWindow(run.id(), tagId, after, WINDOW);
    while (upTo != null) {
      held(mapper.renew(run.id(), run.claim(), leaseUntil()), run);
      Counted counted = mapper.countTagged(run.id(), tagId, row.run(), after, upTo);
      seen += counted.seen();
      unseen += counted.unseen();
      after = upTo;
      upTo = mapper.taggedWindow(run.id(), tagId, after, WINDOW);
    }
    return new Counted(seen, unseen);
  }

  private SyncRow readTags(Run run, SyncRow row)
      throws IOException,
          WeChatRefusedException,
          TokenRefusedException,
          TokenUnavailableException,
          InterruptedException {
    List<Tag> tags = distinct(calls.call(run.account(), wechat::fetchTags));
    Set<Integer> ids = tags.stream().map(Tag::id).collect(Collectors.toCollection(TreeSet::new));
    if (tags.isEmpty() && !mapper.findTagIds(run.id()).isEmpty()) {
      // WeChat always lists its own tags, ids 0 to 2.
      String note = "WeChat listed no tags at all: those that are known were kept";
      log.warn("tags not synced account={} run={} cause={}", run.id(), row.run(), note);
      transaction.executeWithoutResult(status -> finish(run, row, note));
      return finished(run, row);
    }
    // Before the tag is deleted: whoever comes after a crash must find it to go on.
    for (int gone : mapper.findTagIds(run.id())) {
      if (!ids.contains(gone)) {
        sweep(run, row, gone);
      }
    }
    SyncRow next = row.at(TAGS, ids.isEmpty() ? null : ids.iterator().next(), "");
    transaction.executeWithoutResult(
        status -> {
          if (ids.isEmpty()) {
            finish(run, row, null);
          } else {
            move(run, row, next, null);
          }
          mapper.deleteOtherTags(run.id(), tags.stream().mapToInt(Tag::id).toArray());
          mapper.upsertTags(
              run.id(),
              tags.stream().mapToInt(Tag::id).toArray(),
              tags.stream().map(Tag::name).toArray(String[]::new),
              tags.stream().mapToInt(Tag::followers).toArray());
        });
    return ids.isEmpty() ? finished(run, row) : next;
  }

  private SyncRow readTagged(Run run, SyncRow row, int tagId)
      throws IOException,
          WeChatRefusedException,
          TokenRefusedException,
          TokenUnavailableException,
          InterruptedException {
    OpenidPage page;
    try {
      page = calls.call(run.account(), token -> wechat.fetchTagged(token, tagId, row.nextOpenid()));
    } catch (WeChatRefusedException e) {
      if (e.errcode() != NO_SUCH_TAG && !isPlaceGone(e, row)) {
        throw e;
      }
      return toNextTag(run, row, tagId, "tag %d: %s".formatted(tagId, e.getMessage()));
    }
    String[] openids = openids(page, run);
    SyncRow next = row.at(TAGS, tagId, isLast(page, row) ? row.nextOpenid() : page.next());
    transaction.executeWithoutResult(
        status -> {
          move(run, row, next, null);
          if (openids.length > 0) {
            mapper.upsertTagged(run.id(), tagId, row.run(), openids);
          }
        });
    return isLast(page, row) ? endTag(run, next, tagId) : next;
  }

  /** After a tag's last page, of which a crash until the next tag is reached asks once more. */
  private SyncRow endTag(Run run, SyncRow row, int tagId) {
    TagRow tag = mapper.findTag(run.id(), tagId);
    Counted counted = countTagged(run, row, tagId);
    int seen = counted.seen();
    if (tag != null && isClearlyFewer(seen, tag.followers())) {
      return toNextTag(
          run,
          row,
          tagId,
          "tag %d: WeChat listed %d people but counts %d: it was taken off nobody"
              .formatted(tagId, seen, tag.followers()));
    }
    if (isDoubtful(counted) && !isConfirmed(tag == null ? null : tag.doubted(), seen)) {
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

  private SyncRow toNextTag(Run run, SyncRow row, int tagId, @Nullable String note) {
    if (note != null) {
      log.warn("tag not synced account={} run={} cause={}", run.id(), row.run(), note);
    }
    Integer nextTag = mapper.nextTag(run.id(), tagId);
    if (nextTag == null) {
      transaction.executeWithoutResult(status -> finish(run, row, note));
      return finished(run, row);
    }
    SyncRow next = row.at(TAGS, nextTag, "");
    move(run, row, next, note);
    return next;
  }

  /** Takes the tag off all whom the run did not see with it, a window at a time. */
  private void sweep(Run run, SyncRow row, int tagId) {
    String after = "";
    String upTo = mapper.taggedWindow(run.id(), tagId, after, WINDOW);
    while (upTo != null) {
      sweepWindow(run, row, tagId, after, upTo);
      after = upTo;
      upTo = mapper.taggedWindow(run.id(), tagId, after, WINDOW);
    }
  }

  private void sweepWindow(Run run, SyncRow row, int tagId, String after, String upTo) {
    transaction.executeWithoutResult(
        status -> {
          held(mapper.renew(run.id(), run.claim(), leaseUntil()), run);
          mapper.deleteTagged(run.id(), tagId, row.run(), after, upTo);
        });
  }

  private void move(Run run, SyncRow from, SyncRow to, @Nullable String note) {
    held(mapper.move(run.claim(), from, to, note, leaseUntil()), run);
  }

  private void finish(Run run, SyncRow row, @Nullable String note) {
    held(mapper.finish(run.claim(), row, note), run);
    mapper.setSynced(run.id());
  }

  private SyncRow finished(Run run, SyncRow row) {
    log.info(
        "follower sync finished account={} run={} followers={} unsubscribed={} took_ms={}",
        run.id(),
        row.run(),
        row.seen(),
        run.unsubscribed,
        Duration.between(run.begun(), clock.instant()).toMillis());
    return row.at(null, null, "");
  }

  private static void held(int changed, Run run) {
    if (changed == 0) {
      throw new ClaimLostException(run.id());
    }
  }

  private void putOff(Run run, SyncRow row, Exception cause) {
    String error = String.valueOf(NestedExceptionUtils.getMostSpecificCause(cause).getMessage());
    if (isPlaceGone(cause, row)) {
      // Not for ever: each time anew costs all the calls up to that place.
      try {
        if (row.restarted()) {
          abandon(run, row, error, null);
          return;
        }
        begin(run, true);
      } catch (ClaimLostException e) {
        leftToAnother(run, row);
        return;
      }
    }
    if (cause instanceof TokenRefusedException refused) {
      gate.closeUntilResumed(run.account(), refused.evidence(), run.begun());
    }
    int failures = row.failures() + 1;
    Instant until = nextTry(cause, failures);
    mapper.fail(run.id(), run.claim(), error, atUtc(until));
    log.warn(
        "follower sync put off account={} run={} phase={} failures={} until={} cause={}",
        run.id(),
        row.run(),
        row.phase(),
        failures,
        until,
        error);
  }

  private Instant nextTry(Exception cause, int failures) {
    Instant now = clock.instant();
    if (cause instanceof WeChatRefusedException refused
        && refused.errcode() == WeChatError.DAILY_QUOTA.code()) {
      long spread = ThreadLocalRandom.current().nextLong(SPREAD_OF_DAY_BEGIN.toMillis());
      return WeChatDay.endOf(now).plusMillis(spread);
    }
    return now.plus(properties.pauseAfter(failures));
  }

  /**
   * Whether WeChat no longer knows the openid that the page begins after, so that none ever comes.
   */
  private static boolean isPlaceGone(Exception cause, SyncRow row) {
    return cause instanceof WeChatRefusedException refused
        && refused.errcode() == WeChatError.INVALID_OPENID.code()
        && !row.nextOpenid().isEmpty();
  }

  // A next page that is this one again would never end.
  private static boolean isLast(OpenidPage page, SyncRow row) {
    return page.next().isEmpty() || page.next().equals(row.nextOpenid());
  }

  /** The page's openids, in the order in which everybody locks them, each once. */
  private static String[] openids(OpenidPage page, Run run) {
    Set<String> openids = new TreeSet<>();
    for (String openid : page.openids()) {
      if (OPENID.matcher(openid).matches()) {
        openids.add(openid);
      }
    }
    int others = (int) page.openids().stream().filter(o -> !OPENID.matcher(o).matches()).count();
    if (others > 0) {
      log.warn("openids left out that are none account={} count={}", run.id(), others);
    }
    return openids.toArray(String[]::new);
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

  private OffsetDateTime leaseUntil() {
    return atUtc(clock.instant().plus(properties.lease()));
  }

  private static OffsetDateTime atUtc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  /** One sender's work on a run. */
  private static final class Run {
    private final SenderAccount account;
    private final String claim;
    private final Instant begun;
    private int unsubscribed;

    Run(SenderAccount account, String claim, Instant begun) {
      this.account = account;
      this.claim = claim;
      this.begun = begun;
    }

    String id() {
      return account.id();
    }

    SenderAccount account() {
      return account;
    }

    String claim() {
      return claim;
    }

    Instant begun() {
      return begun;
    }
  }
}
