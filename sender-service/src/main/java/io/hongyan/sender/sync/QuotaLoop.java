package io.hongyan.sender.sync;

import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.account.SenderAccounts;
import io.hongyan.sender.gate.AccountGate;
import io.hongyan.sender.gate.AccountQuota;
import io.hongyan.sender.gate.AccountRate;
import io.hongyan.sender.gate.WeChatDay;
import io.hongyan.sender.loop.RepeatingLoop;
import io.hongyan.sender.token.TokenRefusedException;
import io.hongyan.sender.wechat.AccountCallException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.SetParams;

/**
 * Keeps the quotas known: of every account at the start and on each of WeChat's days, and every few
 * minutes of those that send. Of all senders one asks, once in each interval.
 */
@Component
final class QuotaLoop extends RepeatingLoop {

  private static final Logger log = LoggerFactory.getLogger(QuotaLoop.class);

  /** How often an interval is looked at, so that a reading is late by no more than that part. */
  private static final int LOOKS = 30;

  /** When WeChat's counters start anew is not exact; a reading from before may be yesterday's. */
  private static final Duration DAY_SETTLES = Duration.ofMinutes(10);

  private final SenderAccounts accounts;
  private final AccountGate gate;
  private final AccountQuota quotas;
  private final QuotaReader reader;
  private final AccountRate rate;
  private final UnifiedJedis redis;
  private final Duration interval;
  private final Clock clock;
  private final Set<String> lookedAt = new HashSet<>();

  QuotaLoop(
      SenderAccounts accounts,
      AccountGate gate,
      AccountQuota quotas,
      QuotaReader reader,
      AccountRate rate,
      UnifiedJedis redis,
      SyncProperties properties,
      Clock clock) {
    super("quota", pause(properties.quotaInterval()));
    this.accounts = accounts;
    this.gate = gate;
    this.quotas = quotas;
    this.reader = reader;
    this.rate = rate;
    this.redis = redis;
    this.interval = properties.quotaInterval();
    this.clock = clock;
  }

  private static Duration pause(Duration interval) {
    Duration part = interval.dividedBy(LOOKS);
    Duration shortest = Duration.ofMillis(50);
    return part.compareTo(shortest) > 0 ? part : shortest;
  }

  @Override
  protected void round() throws InterruptedException {
    for (SenderAccount account : accounts.all()) {
      if (!isStopping() && mayAsk(account) && isDue(account) && claim(account)) {
        read(account);
      }
      // Only now: while a server is away nothing was looked at.
      lookedAt.add(account.id());
    }
  }

  // WeChat gives an account that a person must mend no token.
  private static boolean mayAsk(SenderAccount account) {
    SenderAccount.Gate now = account.gate();
    return account.enabled() && (now == null || !now.needsPerson());
  }

  private boolean isDue(SenderAccount account) {
    boolean first = !lookedAt.contains(account.id());
    Optional<AccountQuota.Reading> last = quotas.find(account.id());
    if (last.isEmpty()) {
      return true;
    }
    Instant now = clock.instant();
    Instant readAt = last.get().readAt().toInstant();
    if (now.isBefore(readAt.plus(interval))) {
      return false;
    }
    return first
        || readAt.isBefore(WeChatDay.startOf(now).plus(DAY_SETTLES))
        || rate.hasSentSince(account.id(), readAt);
  }

  /**
   * Whether this sender is the one that asks in this interval; also after a failure nobody else.
   */
  private boolean claim(SenderAccount account) {
    SetParams ifAbsent = SetParams.setParams().nx().px(interval.toMillis());
    return redis.set("hongyan:quota-reading:" + account.id(), "1", ifAbsent) != null;
  }

  private void read(SenderAccount account) throws InterruptedException {
    Instant began = clock.instant();
    try {
      reader.read(account);
    } catch (TokenRefusedException e) {
      // Asked again and again with a wrong secret, WeChat would lock the account out.
      gate.closeUntilResumed(account, e.evidence(), began);
    } catch (AccountCallException | IOException e) {
      log.warn(
          "quota not read, tried again in {} account={} cause={}",
          interval,
          account.id(),
          e.getMessage());
    }
  }

  @Override
  protected void awaitWork(Duration atMost) {}
}
