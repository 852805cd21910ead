package io.hongyan.gateway.release;

import io.hongyan.gateway.account.Account;
import io.hongyan.gateway.account.AccountRegistry;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.OptionalInt;
import org.springframework.stereotype.Component;

/** The rules of the accounts in memory. Thread-safe. */
@Component
class AccountRules implements ReleaseRules {

  // The day in which WeChat counts, too.
  private static final ZoneId CAP_DAY = ZoneId.of("Asia/Shanghai");

  private final AccountRegistry accounts;
  private final Clock clock;

  AccountRules(AccountRegistry accounts, Clock clock) {
    this.accounts = accounts;
    this.clock = clock;
  }

  @Override
  public boolean isQuiet(String account) {
    return accounts
        .findAccount(account)
        .map(Account::quietHours)
        .map(quiet -> quiet.isQuiet(clock.instant()))
        .orElse(false);
  }

  @Override
  public OptionalInt dailyCap(String account) {
    return accounts.findAccount(account).map(Account::dailyCap).stream()
        .mapToInt(Integer::intValue)
        .findFirst();
  }

  @Override
  public LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), CAP_DAY);
  }
}
