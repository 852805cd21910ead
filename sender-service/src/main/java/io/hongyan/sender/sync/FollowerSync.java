package io.hongyan.sender.sync;

import io.hongyan.common.wechat.WeChatError;
import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.gate.AccountGate;
import io.hongyan.sender.gate.WeChatDay;
import io.hongyan.sender.sync.FollowerSyncMapper.SyncRow;
import io.hongyan.sender.token.TokenCalls;
import io.hongyan.sender.token.TokenRefusedException;
import io.hongyan.sender.wechat.AccountCallException;
import io.hongyan.sender.wechat.AccountCalls;
import io.hongyan.sender.wechat.AccountCalls.FollowerPage;
import io.hongyan.sender.wechat.WeChatRefusedException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Brings {@code follower} of one account in step with WeChat, page by page, and its tags through
 * {@link TagSync}. Each page is one transaction, which also moves the place in {@code
 * follower_sync} from which whoever comes next goes on; so a killed sender's run is neither begun
 * anew nor does it skip or repeat a page. Called by {@link FollowerSyncLoop}. Thread-safe.
 */
@Component
class FollowerSync {

  private static final Logger log = LoggerFactory.getLogger(FollowerSync.class);

  private static final String FOLLOWERS = "followers";
  private static final String UNSUBSCRIBED = "unsubscribed";

  /** Failed steps in a row after which a run gives way to the next. */
  private static final int TROUBLE = 3;

  private static final Duration SPREAD_OF_DAY_BEGIN = Duration.ofMinutes(10);

  private final FollowerSyncMapper mapper;
  private final TagSync tags;
  private final TransactionTemplate transaction;
  private final TokenCalls calls;
  private final AccountCalls wechat;
  private final AccountGate gate;
  private final SyncProperties properties;
  private final Clock clock;

  FollowerSync(
      FollowerSyncMapper mapper,
      TagSync tags,
      TransactionTemplate transaction,
      TokenCalls calls,
      AccountCalls wechat,
      AccountGate gate,
      SyncProperties properties,
      Clock clock) {
    this.mapper = mapper;
    this.tags = tags;
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
    SyncRun run = new SyncRun(mapper, account, clock, properties.lease());
    Optional<SyncRow> claimed = run.claim();
    if (claimed.isEmpty()) {
      return;
    }
    SyncRow row = claimed.get();
    try {
      // A run that does not get on must not stand in the way of the next night's for ever; one that
      // waits for the next day's calls gets on.
      if (row.phase() == null || (row.requested() && row.failures() >= TROUBLE)) {
        row = begin(run, false);
      }
      while (row.phase() != null && patience.getAsBoolean()) {
        row = step(run, row);
      }
      if (row.phase() != null) {
        run.release();
      }
    } catch (ClaimLostException e) {
      leftToAnother(run, row);
    } catch (AccountCallException | IOException | RuntimeException e) {
      putOff(run, row, e);
    }
  }

  private static void leftToAnother(SyncRun run, SyncRow row) {
    log.warn("follower sync left to another sender account={} run={}", run.id(), row.run());
  }

  private SyncRow begin(SyncRun run, boolean restarted) {
    SyncRow row = run.begin(restarted);
    log.info("follower sync begun account={} run={}", run.id(), row.run());
    return row;
  }

  private SyncRow step(SyncRun run, SyncRow row)
      throws AccountCallException, IOException, InterruptedException {
    return switch (String.valueOf(row.phase())) {
      case FOLLOWERS -> readFollowers(run, row);
      case UNSUBSCRIBED -> markUnsubscribed(run, row);
      case TagSync.PHASE -> syncTags(run, row);
      default -> throw new IllegalStateException("unknown phase " + row.phase());
    };
  }

  private SyncRow readFollowers(SyncRun run, SyncRow row)
      throws AccountCallException, IOException, InterruptedException {
    FollowerPage followers =
        calls.call(run.account(), token -> wechat.fetchFollowers(token, row.nextOpenid()));
    SyncPage page = SyncPage.of(followers.page(), row);
    int total = Math.max(orZero(row.total()), orZero(followers.total()));
    return transaction.execute(
        status -> {
          run.renew();
          int fresh =
              page.openids().isEmpty()
                  ? 0
                  : mapper.upsertFollowers(run.id(), row.run(), page.toArray());
          int seen = row.seen() + fresh;
          SyncRow counted = row.counted(seen, total);
          String trouble = page.last() ? tooFew(seen, total) : endless(fresh, seen, total);
          if (trouble != null) {
            return abandon(run, counted, trouble, null);
          }
          SyncRow next =
              page.last()
                  ? counted.at(UNSUBSCRIBED, null, "")
                  : counted.at(FOLLOWERS, null, page.next());
          run.move(row, next, null);
          return next;
        });
  }

  private SyncRow abandon(SyncRun run, SyncRow row, String cause, @Nullable Integer doubted) {
    run.abandon(row, cause, doubted);
    log.error(
        "follower sync ended early account={} run={} seen={} total={} cause={}",
        run.id(),
        row.run(),
        row.seen(),
        row.total(),
        cause);
    return row.ended();
  }

  private static int orZero(@Nullable Integer number) {
    return number == null ? 0 : number;
  }

  private static @Nullable String tooFew(int seen, int total) {
    return Plausibility.isClearlyFewer(seen, total)
        ? "WeChat listed %d followers but counts %d: nobody was marked as unsubscribed"
            .formatted(seen, total)
        : null;
  }

  // Pages that lead back to earlier ones would go round until the day's calls are used up.
  private static @Nullable String endless(int fresh, int seen, int total) {
    return fresh == 0 || seen > total + total / 10 + SyncRun.WINDOW
        ? "WeChat listed %d followers, counts %d, and its pages do not end: nobody was marked as unsubscribed"
            .formatted(seen, total)
        : null;
  }

  private SyncRow markUnsubscribed(SyncRun run, SyncRow row) {
    if (row.nextOpenid().isEmpty() && !Plausibility.isConfirmed(row.doubted(), row.seen())) {
      Counted counted = new Counted(row.seen(), countUnseen(run, row));
      if (Plausibility.isDoubtful(counted)) {
        return abandon(
            run,
            row,
            "WeChat listed %d followers, but %d others are known: nobody was marked as unsubscribed until the next sync says the same"
                .formatted(counted.seen(), counted.unseen()),
            row.seen());
      }
    }
    String upTo = mapper.followerWindow(run.id(), row.nextOpenid(), SyncRun.WINDOW);
    SyncRow next =
        upTo == null ? row.at(TagSync.PHASE, null, "") : row.at(UNSUBSCRIBED, null, upTo);
    transaction.executeWithoutResult(
        status -> {
          run.move(row, next, null);
          if (upTo != null) {
            run.addUnsubscribed(mapper.markUnsubscribed(row, row.nextOpenid(), upTo));
          }
        });
    return next;
  }

  // A window at a time: over a million rows one statement may take longer than the connection
  // waits.
  private int countUnseen(SyncRun run, SyncRow row) {
    int unseen = 0;
    String after = "";
    String upTo = mapper.followerWindow(run.id(), after, SyncRun.WINDOW);
    while (upTo != null) {
      run.renew();
      unseen += mapper.countUnseen(row, after, upTo);
      after = upTo;
      upTo = mapper.followerWindow(run.id(), after, SyncRun.WINDOW);
    }
    return unseen;
  }

  private SyncRow syncTags(SyncRun run, SyncRow row)
      throws AccountCallException, IOException, InterruptedException {
    SyncRow next = tags.step(run, row);
    if (next.phase() == null) {
      log.info(
          "follower sync finished account={} run={} followers={} unsubscribed={} took_ms={}",
          run.id(),
          row.run(),
          row.seen(),
          run.unsubscribed(),
          Duration.between(run.begun(), clock.instant()).toMillis());
    }
    return next;
  }

  private void putOff(SyncRun run, SyncRow row, Exception cause) {
    String error = String.valueOf(NestedExceptionUtils.getMostSpecificCause(cause).getMessage());
    if (SyncPage.isPlaceGone(cause, row)) {
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
    run.fail(error, until);
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
}
