package io.hongyan.gateway.batch;

import io.hongyan.common.message.Lane;
import io.hongyan.gateway.account.Account;
import io.hongyan.gateway.account.AccountRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Shows batches as they are, and what keeps them waiting now. Thread-safe. */
@Component
class BatchViews {

  private static final Set<String> UNDER_WAY =
      Set.of(BatchState.RELEASING.text(), BatchState.RELEASED.text());

  private final AccountRegistry accounts;
  private final Clock clock;

  BatchViews(AccountRegistry accounts, Clock clock) {
    this.accounts = accounts;
    this.clock = clock;
  }

  BatchView of(BatchRow row) {
    boolean mayWait =
        UNDER_WAY.contains(row.state()) && Lane.ofPriority(row.priority()) == Lane.NORMAL;
    return BatchView.of(row, mayWait ? quietUntil(row.accountId()) : null);
  }

  private @Nullable Instant quietUntil(String account) {
    Instant now = clock.instant();
    return accounts
        .findAccount(account)
        .map(Account::quietHours)
        .filter(quiet -> quiet.isQuiet(now))
        .map(quiet -> quiet.endsAt(now))
        .orElse(null);
  }
}
