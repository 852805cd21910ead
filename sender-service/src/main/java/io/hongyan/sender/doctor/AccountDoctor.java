package io.hongyan.sender.doctor;

import io.hongyan.common.wechat.WeChatError;
import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.doctor.TemplateMapper.TemplateRow;
import io.hongyan.sender.token.AccessTokens;
import io.hongyan.sender.token.TokenRefusedException;
import io.hongyan.sender.token.TokenUnavailableException;
import io.hongyan.sender.wechat.AccessToken;
import io.hongyan.sender.wechat.AccountCalls;
import io.hongyan.sender.wechat.AccountCalls.QuotaReply;
import io.hongyan.sender.wechat.AccountCalls.WeChatTemplate;
import io.hongyan.sender.wechat.WeChatRefusedException;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Looks whether an account could send now: its own switches and gate, a token (which tries secret
 * and IP whitelist), its templates, the day's quota. Sends nothing and changes nothing.
 */
@Component
class AccountDoctor {

  private final AccessTokens tokens;
  private final AccountCalls wechat;
  private final TemplateMapper templates;
  private final Clock clock;

  AccountDoctor(AccessTokens tokens, AccountCalls wechat, TemplateMapper templates, Clock clock) {
    this.tokens = tokens;
    this.wechat = wechat;
    this.templates = templates;
    this.clock = clock;
  }

  /** Every check in the order in which a person would mend them. */
  List<Check> examine(SenderAccount account) throws InterruptedException {
    List<Check> checks = new ArrayList<>();
    checks.add(sending(account));
    AccessToken token = token(account, checks);
    if (token != null) {
      checks.add(templates(account, token));
      checks.add(quota(token));
    }
    return checks;
  }

  private Check sending(SenderAccount account) {
    if (!account.enabled()) {
      return Check.bad(
          "account",
          "it is disabled",
          "PUT /v1/accounts/%s with \"enabled\": true".formatted(account.id()));
    }
    if (account.paused()) {
      return Check.bad("account", "a person paused it", resume(account));
    }
    SenderAccount.Gate gate = account.gate();
    if (gate != null && !account.isOpen(clock.instant())) {
      String until = gate.until() == null ? "until a person resumes it" : "until " + gate.until();
      return Check.bad(
          "account",
          "stopped since %s, %s: %s".formatted(gate.since(), until, gate.reason()),
          resume(account));
    }
    return Check.good("account", "enabled and open");
  }

  private @Nullable AccessToken token(SenderAccount account, List<Check> checks)
      throws InterruptedException {
    try {
      AccessToken token = tokens.fetchToken(account);
      checks.add(Check.good("secret and IP whitelist", "an access token is there"));
      return token;
    } catch (TokenRefusedException e) {
      checks.add(
          Check.bad(
              "secret and IP whitelist",
              e.evidence(),
              cure(e.errcode(), "PUT the account again with its app secret")));
    } catch (TokenUnavailableException e) {
      checks.add(
          Check.bad(
              "secret and IP whitelist",
              "not known: " + e.getMessage(),
              "look at this sender's /actuator/health and log"));
    }
    return null;
  }

  private Check templates(SenderAccount account, AccessToken token) {
    try {
      Set<String> atWeChat =
          wechat.fetchTemplates(token).stream().map(WeChatTemplate::id).collect(Collectors.toSet());
      List<TemplateRow> here = templates.findByAccount(account.id());
      List<String> missing =
          here.stream()
              .filter(row -> !atWeChat.contains(row.wechatTemplateId()))
              .map(TemplateRow::id)
              .toList();
      return missing.isEmpty()
          ? Check.good("templates", "%d here, all of them known to WeChat".formatted(here.size()))
          : Check.bad(
              "templates",
              "WeChat does not know " + missing,
              WeChatError.INVALID_TEMPLATE_ID.adviceEn());
    } catch (WeChatRefusedException e) {
      return Check.bad(
          "templates", String.valueOf(e.getMessage()), cure(e.errcode(), "ask with the rid"));
    } catch (IOException e) {
      return Check.bad(
          "templates", "not known: " + e.getMessage(), "try again; WeChat did not answer");
    }
  }

  private Check quota(AccessToken token) {
    try {
      QuotaReply quota = wechat.fetchSendQuota(token);
      String seen = "%d of %d sends left today".formatted(quota.remain(), quota.dailyLimit());
      return quota.remain() > 0
          ? Check.good("quota", seen)
          : Check.bad("quota", seen, WeChatError.DAILY_QUOTA.adviceEn());
    } catch (WeChatRefusedException e) {
      return Check.bad(
          "quota", String.valueOf(e.getMessage()), cure(e.errcode(), "ask with the rid"));
    } catch (IOException e) {
      return Check.bad("quota", "not known: " + e.getMessage(), "try again; WeChat did not answer");
    }
  }

  private static String resume(SenderAccount account) {
    return "mend the cause, then POST /v1/accounts/%s/resume".formatted(account.id());
  }

  private static String cure(@Nullable Integer errcode, String otherwise) {
    return errcode == null
        ? otherwise
        : WeChatError.of(errcode).map(WeChatError::adviceEn).orElse(otherwise);
  }

  /**
   * One thing that was looked at.
   *
   * @param cure what to do; null where nothing is to be done
   */
  record Check(String name, boolean ok, String detail, @Nullable String cure) {
    static Check good(String name, String detail) {
      return new Check(name, true, detail, null);
    }

    static Check bad(String name, String detail, String cure) {
      return new Check(name, false, detail, cure);
    }
  }
}
