package io.hongyan.sender.internal;

import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.gate.AccountGate;
import io.hongyan.sender.gate.AccountQuota;
import io.hongyan.sender.sync.QuotaReader;
import io.hongyan.sender.token.TokenCalls;
import io.hongyan.sender.wechat.AccountCallException;
import io.hongyan.sender.wechat.AccountCalls;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Reads an account's quota of sends at WeChat, and sets it back, on the gateway's behalf. */
@RestController
@RequestMapping("/internal/accounts/{id}")
class QuotaController {

  private static final Logger log = LoggerFactory.getLogger(QuotaController.class);

  private final CalledAccounts accounts;
  private final QuotaReader quotas;
  private final AccountGate gate;
  private final TokenCalls calls;
  private final AccountCalls wechat;

  QuotaController(
      CalledAccounts accounts,
      QuotaReader quotas,
      AccountGate gate,
      TokenCalls calls,
      AccountCalls wechat) {
    this.accounts = accounts;
    this.quotas = quotas;
    this.gate = gate;
    this.calls = calls;
    this.wechat = wechat;
  }

  @GetMapping("/quota")
  QuotaAnswer quota(@PathVariable String id)
      throws AccountCallException, IOException, InterruptedException {
    return QuotaAnswer.of(quotas.read(accounts.get(id)));
  }

  @PostMapping("/clear-quota")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void clearQuota(@PathVariable String id)
      throws AccountCallException, IOException, InterruptedException {
    SenderAccount account = accounts.get(id);
    calls.run(account, token -> wechat.clearQuota(token, account.appId()));
    log.info("quota cleared at WeChat account={}", id);
    gate.quotaCleared(id);
    try {
      quotas.read(account);
    } catch (AccountCallException | IOException e) {
      // One of the month's ten is used up, so this is no failure; it is read again soon anyway.
      log.warn("quota not read after it was cleared account={} cause={}", id, e.getMessage());
    }
  }

  /**
   * WeChat's counter.
   *
   * @param callCount calls that WeChat allows in {@code refreshSeconds}; null where it does not say
   */
  record QuotaAnswer(
      long dailyLimit,
      long used,
      long remain,
      @Nullable Long callCount,
      @Nullable Long refreshSeconds,
      Instant readAt) {
    static QuotaAnswer of(AccountQuota.Reading reading) {
      return new QuotaAnswer(
          reading.dailyLimit(),
          reading.used(),
          reading.remain(),
          reading.callCount(),
          reading.refreshSeconds(),
          reading.readAt().toInstant());
    }
  }
}
