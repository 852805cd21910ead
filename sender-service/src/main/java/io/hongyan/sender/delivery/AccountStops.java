package io.hongyan.sender.delivery;

import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.account.SenderAccounts;
import io.hongyan.sender.delivery.Outcome.AccountStopped;
import io.hongyan.sender.gate.AccountGate;
import io.hongyan.sender.gate.AccountQuota;
import io.hongyan.sender.gate.AccountRate;
import io.hongyan.sender.wechat.AccessToken;
import io.hongyan.sender.wechat.AccountCalls;
import io.hongyan.sender.wechat.AccountCalls.QuotaReply;
import io.hongyan.sender.wechat.WeChatRefusedException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Decides from WeChat's answers how long an account stops, and when it goes on after a probe.
 * Thread-safe.
 */
@Component
class AccountStops {

  private static final Logger log = LoggerFactory.getLogger(AccountStops.class);
  private static final int TOKEN_STRIKES = 3;
  // Hundreds of calls fail with one bad token at once; they are one strike.
  private static final Duration ONE_STRIKE = Duration.ofSeconds(5);

  private final SenderAccounts accounts;
  private final AccountGate gate;
  private final AccountRate rate;
  private final AccountQuota quotas;
  private final AccountCalls wechat;
  private final Clock clock;
  private final Map<String, Strikes> strikes = new ConcurrentHashMap<>();
  private final Set<String> askingQuota = ConcurrentHashMap.newKeySet();

  AccountStops(
      SenderAccounts accounts,
      AccountGate gate,
      AccountRate rate,
      AccountQuota quotas,
      AccountCalls wechat,
      Clock clock) {
    this.accounts = accounts;
    this.gate = gate;
    this.rate = rate;
    this.quotas = quotas;
    this.wechat = wechat;
    this.clock = clock;
  }

  /** WeChat accepted a message whose call began then. */
  void accepted(SenderAccount account, Instant began) {
    strikes.remove(account.id());
    accounts
        .find(account.id())
        .filter(
            now ->
                now.gate() != null && now.gate().needsProbe() && now.gate().since().isBefore(began))
        .ifPresent(gate::probeSucceeded);
  }

  /** WeChat said that the account may not send. */
  void stop(SenderAccount account, AccountStopped stopped, AccessToken token, Instant began) {
    String evidence = "errcode %d: %s".formatted(stopped.errcode(), stopped.errmsg());
    switch (stopped.stop()) {
      case DAY -> {
        // Hundreds of calls hit the quota at once; one of them asks, the others just wait.
        if (isOpen(account) && askingQuota.add(account.id())) {
          try {
            gate.closeForDailyQuota(account, isDailyQuotaUsedUp(account, token), evidence, began);
          } finally {
            askingQuota.remove(account.id());
          }
        }
      }
      case MINUTE -> gate.closeForMinuteQuota(account, rate.currentRate(account), evidence, began);
      case UNTIL_RESUMED -> gate.closeUntilResumed(account, evidence, began);
    }
  }

  /** WeChat answers "busy" in a burst: it means too fast. */
  void tooBusy(SenderAccount account, Instant began) {
    gate.closeForMinuteQuota(account, rate.currentRate(account), "a burst of errcode -1", began);
  }

  /** WeChat gives the account no token until a person has changed something. */
  void noToken(SenderAccount account, String evidence, Instant began) {
    gate.closeUntilResumed(account, evidence, began);
  }

  /**
   * A refused token could not be replaced by one that works. Three in a row stop the account for a
   * while.
   */
  void tokenNotRefreshed(SenderAccount account, int errcode, Instant began) {
    Strikes now =
        strikes.merge(
            account.id(),
            new Strikes(1, clock.instant()),
            (before, first) ->
                first.last().isBefore(before.last().plus(ONE_STRIKE))
                    ? before
                    : new Strikes(before.count() + 1, first.last()));
    if (now.count() >= TOKEN_STRIKES) {
      strikes.remove(account.id());
      gate.closeForTokenTrouble(
          account, "errcode %d, and refreshing the token did not help".formatted(errcode), began);
    }
  }

  private boolean isOpen(SenderAccount account) {
    return accounts.find(account.id()).filter(now -> now.isOpen(clock.instant())).isPresent();
  }

  private boolean isDailyQuotaUsedUp(SenderAccount account, AccessToken token) {
    try {
      QuotaReply quota = wechat.fetchSendQuota(token);
      quotas.store(account.id(), quota, clock.instant());
      return quota.remain() <= 0;
    } catch (IOException | WeChatRefusedException e) {
      log.warn("quota not known, probing until it opens account={}", account.id(), e);
      return false;
    }
  }

  private record Strikes(int count, Instant last) {}
}
