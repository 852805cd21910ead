package io.hongyan.gateway.wechat;

import io.hongyan.gateway.account.VisibleAccounts;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.Scope;
import io.hongyan.gateway.senders.SenderCalls;
import io.hongyan.gateway.wechat.AuditedChanges.Change;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The two industries of an account's old-style templates, for admins. */
@RestController
@RequestMapping("/v1/accounts/{account}/industry")
class IndustryController {

  private final VisibleAccounts accounts;
  private final SenderCalls sender;
  private final AuditedChanges changes;

  IndustryController(VisibleAccounts accounts, SenderCalls sender, AuditedChanges changes) {
    this.accounts = accounts;
    this.sender = sender;
    this.changes = changes;
  }

  @GetMapping
  Industries get(ApiKey key, @PathVariable String account) {
    accounts.require(key, Scope.ADMIN, account);
    return sender.get(account, "industry", Industries.class);
  }

  @PostMapping
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void set(ApiKey key, @PathVariable String account, @RequestBody SetIndustryRequest request) {
    accounts.require(key, Scope.ADMIN, account);
    Map<String, String> wanted = request.check();
    changes.make(
        new Change(key, account, "industry.set", wanted),
        () -> sender.change(account, "industry", wanted));
  }

  /** As WeChat names them; null where none is set. */
  record Industries(@Nullable Industry primary, @Nullable Industry secondary) {}

  /** An industry's two levels. */
  record Industry(@Nullable String firstClass, @Nullable String secondClass) {}
}
