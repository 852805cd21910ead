package io.hongyan.sender.internal;

import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.sync.TemplateSync;
import io.hongyan.sender.token.TokenCalls;
import io.hongyan.sender.wechat.AccountCallException;
import io.hongyan.sender.wechat.AccountCalls;
import io.hongyan.sender.wechat.AccountCalls.Industries;
import io.hongyan.sender.wechat.AccountCalls.Industry;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Manages an account's templates and industries at WeChat on the gateway's behalf. */
@RestController
@RequestMapping("/internal/accounts/{id}")
class TemplateAdminController {

  private static final Logger log = LoggerFactory.getLogger(TemplateAdminController.class);

  private final CalledAccounts accounts;
  private final TemplateSync templates;
  private final TokenCalls calls;
  private final AccountCalls wechat;

  TemplateAdminController(
      CalledAccounts accounts, TemplateSync templates, TokenCalls calls, AccountCalls wechat) {
    this.accounts = accounts;
    this.templates = templates;
    this.calls = calls;
    this.wechat = wechat;
  }

  @PostMapping("/templates/sync")
  TemplateSync.Report sync(@PathVariable String id)
      throws AccountCallException, IOException, InterruptedException {
    return templates.sync(accounts.get(id));
  }

  @PostMapping("/templates/add")
  AddedTemplate add(@PathVariable String id, @Valid @RequestBody AddTemplate request)
      throws AccountCallException, IOException, InterruptedException {
    SenderAccount account = accounts.get(id);
    List<String> keywords = request.keywordNames() == null ? List.of() : request.keywordNames();
    String added =
        calls.call(
            account, token -> wechat.addTemplate(token, request.templateIdShort(), keywords));
    log.info("template added at WeChat account={} wechat_template_id={}", id, added);
    syncIfPossible(account, templates::sync);
    return new AddedTemplate(added);
  }

  @PostMapping("/templates/delete")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void delete(@PathVariable String id, @Valid @RequestBody DeleteTemplate request)
      throws AccountCallException, IOException, InterruptedException {
    SenderAccount account = accounts.get(id);
    calls.run(account, token -> wechat.deleteTemplate(token, request.wechatTemplateId()));
    log.info(
        "template deleted at WeChat account={} wechat_template_id={}",
        id,
        request.wechatTemplateId());
    syncIfPossible(account, templates::syncAfterDeletion);
  }

  @GetMapping("/industry")
  IndustryAnswer industry(@PathVariable String id)
      throws AccountCallException, IOException, InterruptedException {
    return IndustryAnswer.of(calls.call(accounts.get(id), wechat::fetchIndustries));
  }

  @PostMapping("/industry")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void setIndustry(@PathVariable String id, @Valid @RequestBody SetIndustry request)
      throws AccountCallException, IOException, InterruptedException {
    SenderAccount account = accounts.get(id);
    calls.run(
        account,
        token -> wechat.setIndustries(token, request.industryId1(), request.industryId2()));
    log.info("industries set at WeChat account={}", id);
    // WeChat has deleted the templates of the old ones.
    syncIfPossible(account, templates::syncAfterDeletion);
  }

  /** One of the ways to sync. */
  @FunctionalInterface
  private interface Sync {
    TemplateSync.Report run(SenderAccount account)
        throws AccountCallException, IOException, InterruptedException;
  }

  /** What WeChat was asked is done; if its list cannot be read now, the nightly sync reads it. */
  private void syncIfPossible(SenderAccount account, Sync sync) throws InterruptedException {
    try {
      sync.run(account);
    } catch (AccountCallException | IOException | RuntimeException e) {
      log.warn(
          "templates not synced after a change account={} cause={}", account.id(), e.getMessage());
    }
  }

  /**
   * A template to take from WeChat's library.
   *
   * @param keywordNames its fields, in order; old templates have none to choose
   */
  record AddTemplate(
      @NotBlank String templateIdShort, @Nullable List<@NotBlank String> keywordNames) {}

  /** The template that was taken. */
  record AddedTemplate(String wechatTemplateId) {}

  /** A template to delete. */
  record DeleteTemplate(@NotBlank String wechatTemplateId) {}

  /** The industries to declare. */
  record SetIndustry(@NotBlank String industryId1, @NotBlank String industryId2) {}

  /** The industries that the account declared. */
  record IndustryAnswer(IndustryView primary, IndustryView secondary) {
    static IndustryAnswer of(Industries industries) {
      return new IndustryAnswer(
          IndustryView.of(industries.primary()), IndustryView.of(industries.secondary()));
    }
  }

  /** An industry and its group; null where WeChat names none. */
  record IndustryView(@Nullable String firstClass, @Nullable String secondClass) {
    static IndustryView of(@Nullable Industry industry) {
      return industry == null
          ? new IndustryView(null, null)
          : new IndustryView(industry.firstClass(), industry.secondClass());
    }
  }
}
