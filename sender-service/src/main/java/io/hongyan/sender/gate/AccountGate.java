package io.hongyan.sender.gate;

import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.account.SenderAccounts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/**
 * Stops an account when WeChat's answer says that going on is useless, and opens it again. The gate
 * lives in PostgreSQL, so that all senders agree and a restart forgets nothing.
 */
@Component
public class AccountGate {

  private static final Logger log = LoggerFactory.getLogger(AccountGate.class);
  private static final String DAILY_QUOTA = "daily-quota";
  private static final int MINUTE_JITTER_MILLIS = 5_000;

  private final GateMapper mapper;
  private final SenderAccounts accounts;
  private final GateProperties properties;
  private final ApplicationEventPublisher events;
  private final Clock clock;

  AccountGate(
      GateMapper mapper,
      SenderAccounts accounts,
      GateProperties properties,
      ApplicationEventPublisher events,
      Clock clock) {
    this.mapper = mapper;
    this.accounts = accounts;
    this.properties = properties;
    this.events = events;
    this.clock = clock;
  }

  /** Stops the account until a person resumes it: wrong secret, IP, frozen, punished. */
  public void closeUntilResumed(SenderAccount account, String evidence, Instant requestBegan) {
    close(account, "needs-a-person", null, evidence, requestBegan);
  }

  /**
   * Stops the account until WeChat's next day, or, where its counter disagrees, until a probe
   * succeeds.
   */
  public void closeForDailyQuota(
      SenderAccount account, boolean confirmed, String evidence, Instant requestBegan) {
    if (confirmed) {
      close(account, DAILY_QUOTA, WeChatDay.endOf(requestBegan), evidence, requestBegan);
    } else {
      close(account, SenderAccount.Gate.UNCONFIRMED_QUOTA, nextProbe(), evidence, requestBegan);
    }
  }

  /**
   * Stops the account to the next minute and halves its rate; the rate creeps back up afterwards.
   * Replies to requests from before the gate count for nothing.
   *
   * @param currentRate calls a second at which WeChat complained
   */
  public void closeForMinuteQuota(
      SenderAccount account, int currentRate, String evidence, Instant requestBegan) {
    Instant nextMinute =
        clock.instant().truncatedTo(ChronoUnit.MINUTES).plus(Duration.ofMinutes(1));
    Instant until =
        nextMinute.plusMillis(ThreadLocalRandom.current().nextInt(MINUTE_JITTER_MILLIS));
    if (close(account, "minute-quota", until, evidence, requestBegan)) {
      int halved = Math.max(1, currentRate / 2);
      mapper.slowDown(account.id(), halved);
      accounts.reload();
      log.warn("account slowed down account={} from={} to={}", account.id(), currentRate, halved);
    }
  }

  /**
   * Stops the account for a while after its token was refused and could not be refreshed, several
   * times in a row.
   */
  public void closeForTokenTrouble(SenderAccount account, String evidence, Instant requestBegan) {
    close(
        account,
        "token-refused",
        clock.instant().plus(properties.tokenTroublePause()),
        evidence,
        requestBegan);
  }

  /** Opens gates whose time is over; called every second by consume. */
  public void openOverdue() {
    boolean anyOverdue =
        accounts.all().stream().anyMatch(account -> isOverdue(account, clock.instant()));
    if (!anyOverdue) {
      return;
    }
    for (String account : mapper.openOverdue(SenderAccount.Gate.UNCONFIRMED_QUOTA)) {
      log.info("gate opened account={}", account);
      changed(account);
    }
  }

  /**
   * Whether this sender is the one to try a single message of an account that opens only after a
   * probe. An account that a person stopped is not probed.
   */
  public boolean claimProbe(SenderAccount account) {
    SenderAccount.Gate gate = account.gate();
    boolean due =
        account.enabled()
            && !account.paused()
            && gate != null
            && gate.needsProbe()
            && gate.isOver(clock.instant());
    return due
        && mapper.claimProbe(account.id(), SenderAccount.Gate.UNCONFIRMED_QUOTA, atUtc(nextProbe()))
            == 1;
  }

  /** Opens the account after WeChat took the probe. */
  public void probeSucceeded(SenderAccount account) {
    if (mapper.open(account.id(), SenderAccount.Gate.UNCONFIRMED_QUOTA) == 1) {
      log.info("gate opened by a probe account={}", account.id());
      changed(account.id());
    }
  }

  /** Opens the account after its daily counters at WeChat were set to 0, if they had closed it. */
  public void quotaCleared(String account) {
    int opened =
        mapper.open(account, DAILY_QUOTA)
            + mapper.open(account, SenderAccount.Gate.UNCONFIRMED_QUOTA);
    if (opened > 0) {
      log.info("gate opened by clear_quota account={}", account);
      changed(account);
    }
  }

  private boolean close(
      SenderAccount account,
      String reason,
      @Nullable Instant until,
      String evidence,
      Instant requestBegan) {
    OffsetDateTime end = until == null ? null : atUtc(until);
    if (mapper.close(account.id(), reason, end, evidence, atUtc(requestBegan)) == 0) {
      return false;
    }
    log.warn(
        "gate closed account={} reason={} until={} evidence={}",
        account.id(),
        reason,
        until,
        evidence);
    changed(account.id());
    return true;
  }

  private void changed(String account) {
    accounts.reload();
    events.publishEvent(new AccountChanged(account));
  }

  private Instant nextProbe() {
    return clock.instant().plus(properties.probeInterval());
  }

  private static boolean isOverdue(SenderAccount account, Instant now) {
    SenderAccount.Gate gate = account.gate();
    return gate != null && gate.isOver(now);
  }

  private static OffsetDateTime atUtc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
