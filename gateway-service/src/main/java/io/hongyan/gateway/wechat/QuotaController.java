package io.hongyan.gateway.wechat;

import io.hongyan.gateway.account.VisibleAccounts;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.Scope;
import io.hongyan.gateway.senders.SenderCalls;
import io.hongyan.gateway.web.ProblemException;
import io.hongyan.gateway.wechat.AuditedChanges.Change;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** WeChat's counter of an account's sends, for admins: reading it, and setting it to zero. */
@RestController
@RequestMapping("/v1/accounts/{account}")
class QuotaController {

  private static final String CLEAR = "quota.clear";
  // Of clear_quota: https://developers.weixin.qq.com/doc/ (read 2026-11-21).
  private static final int CLEARINGS_A_MONTH = 10;
  private static final ZoneId WECHATS_ZONE = ZoneId.of("Asia/Shanghai");

  private final VisibleAccounts accounts;
  private final SenderCalls sender;
  private final AuditedChanges changes;
  private final QuotaMapper mapper;
  private final Clock clock;

  QuotaController(
      VisibleAccounts accounts,
      SenderCalls sender,
      AuditedChanges changes,
      QuotaMapper mapper,
      Clock clock) {
    this.accounts = accounts;
    this.sender = sender;
    this.changes = changes;
    this.mapper = mapper;
    this.clock = clock;
  }

  @GetMapping("/quota")
  Quota get(
      ApiKey key,
      @PathVariable String account,
      @RequestParam(defaultValue = "false") boolean fresh) {
    accounts.require(key, Scope.ADMIN, account);
    return fresh
        ? sender.get(account, "quota", Quota.class)
        : mapper
            .find(account)
            .orElseThrow(
                () ->
                    ProblemException.notFound(
                        "The quota of account '%s' has not been read yet; ask with ?fresh=true"
                            .formatted(account)));
  }

  @PostMapping("/clear-quota")
  Clearings clear(ApiKey key, @PathVariable String account, @RequestBody ClearRequest request) {
    accounts.require(key, Scope.ADMIN, account);
    if (!Boolean.TRUE.equals(request.confirm())) {
      throw unconfirmed(clearings(account));
    }
    changes.make(
        new Change(key, account, CLEAR, Map.of()),
        () -> sender.change(account, "clear-quota", null));
    return clearings(account);
  }

  private Clearings clearings(String account) {
    Instant month =
        LocalDate.ofInstant(clock.instant(), WECHATS_ZONE)
            .withDayOfMonth(1)
            .atStartOfDay(WECHATS_ZONE)
            .toInstant();
    return new Clearings(
        mapper.countAudited(AuditedChanges.subject(account), CLEAR, month), CLEARINGS_A_MONTH);
  }

  private static ProblemException unconfirmed(Clearings clearings) {
    return new ProblemException(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "unconfirmed",
            "The call must be confirmed",
            "WeChat allows %d clearings a month and account, clicks on mp.weixin.qq.com included; %d of them were used here this month. To use one, send {\"confirm\": true}"
                .formatted(clearings.perMonth(), clearings.usedHereThisMonth()))
        .with("usedHereThisMonth", clearings.usedHereThisMonth())
        .with("perMonth", clearings.perMonth());
  }

  /** Body of {@code POST /v1/accounts/{id}/clear-quota}. */
  record ClearRequest(@Nullable Boolean confirm) {}

  /**
   * How many of a month's clearings are used up, as far as this program knows.
   *
   * @param usedHereThisMonth through this program, those included of which nobody knows whether
   *     WeChat did them, and those under way
   */
  record Clearings(int usedHereThisMonth, int perMonth) {}
}
