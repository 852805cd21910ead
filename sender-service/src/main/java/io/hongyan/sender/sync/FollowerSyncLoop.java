package io.hongyan.sender.sync;

import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.account.SenderAccounts;
import io.hongyan.sender.loop.RepeatingLoop;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Looks every few seconds whether an account's followers are to be read, by anybody's wish in
 * {@code follower_sync} or because a sender left a run unfinished, and reads them, a few accounts
 * at a time.
 */
@Component
final class FollowerSyncLoop extends RepeatingLoop {

  private static final Logger log = LoggerFactory.getLogger(FollowerSyncLoop.class);

  private final FollowerSyncMapper mapper;
  private final FollowerSync sync;
  private final SenderAccounts accounts;
  private final SyncProperties properties;
  private final Clock clock;
  private final Map<String, Thread> working = new ConcurrentHashMap<>();

  FollowerSyncLoop(
      FollowerSyncMapper mapper,
      FollowerSync sync,
      SenderAccounts accounts,
      SyncProperties properties,
      Clock clock) {
    super("follower-sync", properties.lookInterval());
    this.mapper = mapper;
    this.sync = sync;
    this.accounts = accounts;
    this.properties = properties;
    this.clock = clock;
  }

  @Override
  protected void round() {
    for (String id : mapper.findDue(clock.instant().atOffset(ZoneOffset.UTC))) {
      Optional<SenderAccount> account = findReady(id);
      if (account.isPresent() && working.size() < properties.atOnce()) {
        working.computeIfAbsent(
            id,
            same -> Thread.ofVirtual().name("followers " + id).start(() -> work(account.get())));
      }
    }
  }

  private void work(SenderAccount account) {
    try {
      sync.goOn(account, () -> !isStopping() && findReady(account.id()).isPresent());
    } catch (DataAccessException | TransactionException e) {
      log.warn(
          "follower sync waits for the database account={} lease={} cause={}",
          account.id(),
          properties.lease(),
          NestedExceptionUtils.getMostSpecificCause(e).toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      working.remove(account.id());
    }
  }

  // WeChat gives an account that a person must mend no token.
  private Optional<SenderAccount> findReady(String id) {
    return accounts
        .find(id)
        .filter(SenderAccount::enabled)
        .filter(account -> account.gate() == null || !account.gate().needsPerson());
  }

  @Override
  protected void awaitWork(Duration atMost) throws InterruptedException {
    Instant end = clock.instant().plus(atMost);
    for (Thread thread : working.values()) {
      Duration left = Duration.between(clock.instant(), end);
      thread.join(left.isPositive() ? left : Duration.ZERO);
    }
  }
}
