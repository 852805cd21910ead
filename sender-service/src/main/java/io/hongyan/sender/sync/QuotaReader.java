package io.hongyan.sender.sync;

import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.gate.AccountQuota;
import io.hongyan.sender.token.TokenCalls;
import io.hongyan.sender.wechat.AccountCallException;
import io.hongyan.sender.wechat.AccountCalls;
import java.io.IOException;
import java.time.Clock;
import org.springframework.stereotype.Component;

/** Reads WeChat's counter of an account's sends into {@code account_quota}. Thread-safe. */
@Component
public class QuotaReader {

  private final TokenCalls calls;
  private final AccountCalls wechat;
  private final AccountQuota quotas;
  private final Clock clock;

  QuotaReader(TokenCalls calls, AccountCalls wechat, AccountQuota quotas, Clock clock) {
    this.calls = calls;
    this.wechat = wechat;
    this.quotas = quotas;
    this.clock = clock;
  }

  /** Reads it now; errors as for {@link TokenCalls#call}, and a database that is away. */
  public AccountQuota.Reading read(SenderAccount account)
      throws AccountCallException, IOException, InterruptedException {
    return quotas.store(account.id(), calls.call(account, wechat::fetchSendQuota), clock.instant());
  }
}
