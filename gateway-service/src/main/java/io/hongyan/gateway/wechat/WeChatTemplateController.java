package io.hongyan.gateway.wechat;

import io.hongyan.gateway.account.VisibleAccounts;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.Scope;
import io.hongyan.gateway.senders.SenderCalls;
import io.hongyan.gateway.web.Page;
import io.hongyan.gateway.wechat.AddTemplateRequest.NewTemplate;
import io.hongyan.gateway.wechat.AuditedChanges.Change;
import io.hongyan.gateway.wechat.WeChatTemplateMapper.WeChatTemplateRow;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The templates that an account has at WeChat, for admins. */
@RestController
@RequestMapping("/v1/accounts/{account}")
class WeChatTemplateController {

  private final VisibleAccounts accounts;
  private final SenderCalls sender;
  private final AuditedChanges changes;
  private final WeChatTemplateMapper mapper;

  WeChatTemplateController(
      VisibleAccounts accounts,
      SenderCalls sender,
      AuditedChanges changes,
      WeChatTemplateMapper mapper) {
    this.accounts = accounts;
    this.sender = sender;
    this.changes = changes;
    this.mapper = mapper;
  }

  /** As of the last sync. */
  @GetMapping("/wechat-templates")
  Page<WeChatTemplate> list(
      ApiKey key,
      @PathVariable String account,
      @RequestParam(defaultValue = "") String cursor,
      @RequestParam(required = false) @Nullable Integer limit) {
    accounts.require(key, Scope.ADMIN, account);
    int size = Page.limit(limit);
    return Page.of(
        mapper.findPage(account, cursor, Page.rowsFor(size)),
        size,
        WeChatTemplateRow::wechatTemplateId,
        WeChatTemplate::of);
  }

  @PostMapping("/templates/sync")
  SyncResult sync(ApiKey key, @PathVariable String account) {
    accounts.require(key, Scope.ADMIN, account);
    SyncResult result = sender.post(account, "templates/sync", null, SyncResult.class);
    changes.note(
        new Change(key, account, "templates.sync", Map.of()),
        Map.of("atWeChat", result.atWeChat(), "problems", result.problems().size()));
    return result;
  }

  @PostMapping("/templates/add")
  @ResponseStatus(HttpStatus.CREATED)
  AddedTemplate add(
      ApiKey key, @PathVariable String account, @RequestBody AddTemplateRequest request) {
    accounts.require(key, Scope.ADMIN, account);
    NewTemplate wanted = request.check();
    return changes.make(
        new Change(key, account, "wechat-template.add", wanted.asked()),
        () -> sender.change(account, "templates/add", wanted, AddedTemplate.class),
        added -> Map.of("wechatTemplateId", added.wechatTemplateId()));
  }

  @PostMapping("/templates/delete")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void delete(ApiKey key, @PathVariable String account, @RequestBody DeleteTemplateRequest body) {
    accounts.require(key, Scope.ADMIN, account);
    Map<String, String> asked = Map.of("wechatTemplateId", body.check());
    changes.make(
        new Change(key, account, "wechat-template.delete", asked),
        () -> sender.change(account, "templates/delete", asked));
  }

  /** What a sync found. */
  record SyncResult(Integer atWeChat, List<TemplateProblem> problems) {
    SyncResult {
      Objects.requireNonNull(atWeChat);
      problems = List.copyOf(problems);
    }
  }

  /**
   * Why WeChat would refuse a template.
   *
   * @param template our id of it
   */
  record TemplateProblem(String template, String problem) {}

  /** The id that WeChat gave. */
  record AddedTemplate(String wechatTemplateId) {
    AddedTemplate {
      Objects.requireNonNull(wechatTemplateId);
    }
  }

  /**
   * A template at WeChat.
   *
   * @param usedBy our templates that lead to it
   */
  record WeChatTemplate(
      String wechatTemplateId,
      String title,
      String content,
      String example,
      String primaryIndustry,
      String deputyIndustry,
      List<String> usedBy,
      Instant seenAt) {

    static WeChatTemplate of(WeChatTemplateRow row) {
      return new WeChatTemplate(
          row.wechatTemplateId(),
          row.title(),
          row.content(),
          row.example(),
          row.primaryIndustry(),
          row.deputyIndustry(),
          row.usedBy() == null ? List.of() : List.of(row.usedBy().split(",")),
          row.seenAt());
    }
  }
}
