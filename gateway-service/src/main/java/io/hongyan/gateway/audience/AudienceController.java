package io.hongyan.gateway.audience;

import io.hongyan.gateway.account.Account;
import io.hongyan.gateway.account.AccountRegistry;
import io.hongyan.gateway.audience.AudienceMapper.QuotaRow;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.Scope;
import io.hongyan.gateway.web.ProblemException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/**
 * {@code POST /v1/audiences/count}: how many an audience has, and whether today's quota covers it.
 */
@RestController
class AudienceController {

  // Midnight in China is when the counters are believed to start anew (wechat-api 2.2, unsure).
  private static final ZoneId WECHAT_DAY = ZoneId.of("Asia/Shanghai");

  private final AccountRegistry accounts;
  private final Audiences audiences;
  private final AudienceMapper mapper;
  private final Clock clock;

  AudienceController(
      AccountRegistry accounts, Audiences audiences, AudienceMapper mapper, Clock clock) {
    this.accounts = accounts;
    this.audiences = audiences;
    this.mapper = mapper;
    this.clock = clock;
  }

  @PostMapping("/v1/audiences/count")
  CountAnswer count(ApiKey key, @RequestBody CountRequest request) {
    key.require(Scope.READ);
    Account account = account(key, request.account());
    JsonNode audience = request.audience();
    if (audience == null || audience.isNull()) {
      throw ProblemException.invalid("'audience' is missing");
    }
    long count = audiences.count(account, Audience.ofJson(audience.toString()));
    AudienceMapper.WaitingRow waiting = mapper.countWaiting(account.id());
    Quota quota =
        mapper.findQuota(account.id()).filter(this::isOfToday).map(Quota::of).orElse(null);
    return new CountAnswer(
        account.id(),
        count,
        audiences.syncedAt(account).orElse(null),
        waiting.messages(),
        quota,
        quota == null || waiting.unresolved()
            ? null
            : count + waiting.messages() <= quota.remain());
  }

  private Account account(ApiKey key, @Nullable String id) {
    return Optional.ofNullable(id)
        .filter(key::mayUse)
        .flatMap(accounts::findAccount)
        .orElseThrow(
            () ->
                new ProblemException(
                    HttpStatus.UNPROCESSABLE_CONTENT,
                    "unknown-account",
                    "There is no such account",
                    id == null
                        ? "The setting 'account' is missing"
                        : "There is no account '%s' that this API key may use".formatted(id)));
  }

  /** Yesterday's counter says nothing about today. */
  private boolean isOfToday(QuotaRow quota) {
    return day(quota.readAt()).equals(day(clock.instant()));
  }

  private static LocalDate day(Instant moment) {
    return LocalDate.ofInstant(moment, WECHAT_DAY);
  }

  record CountRequest(@Nullable String account, @Nullable JsonNode audience) {}

  /**
   * @param waiting messages of batches under way that have no outcome yet; they need the quota too.
   *     Scheduled and paused batches are not in it
   * @param quota null if WeChat's counter was not read today
   * @param fitsToday null if the quota is not known, or an audience is just being resolved
   */
  record CountAnswer(
      String account,
      long count,
      @Nullable Instant followersSyncedAt,
      long waiting,
      @Nullable Quota quota,
      @Nullable Boolean fitsToday) {}

  /** WeChat's counter of the day's sends. */
  record Quota(long dailyLimit, long used, long remain, Instant readAt) {
    static Quota of(QuotaRow row) {
      return new Quota(row.dailyLimit(), row.used(), row.remain(), row.readAt());
    }
  }
}
