package io.hongyan.gateway.callback;

import io.hongyan.common.secret.Secret;
import io.hongyan.gateway.account.VisibleAccounts;
import io.hongyan.gateway.callback.CallbackSettings.Stored;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.Scope;
import io.hongyan.gateway.web.ProblemException;
import io.hongyan.gateway.webhook.OutboundUrls;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The settings of an account's callback over HTTP, for admins. */
@RestController
@RequestMapping("/v1/accounts/{account}/callback")
class CallbackSettingsController {

  private final VisibleAccounts accounts;
  private final CallbackSettings settings;
  private final OutboundUrls urls;

  CallbackSettingsController(
      VisibleAccounts accounts, CallbackSettings settings, OutboundUrls urls) {
    this.accounts = accounts;
    this.settings = settings;
    this.urls = urls;
  }

  @GetMapping
  CallbackView get(ApiKey key, @PathVariable String account) {
    accounts.require(key, Scope.ADMIN, account);
    return settings
        .find(account)
        .map(row -> CallbackView.of(row, null))
        .orElseThrow(
            () -> ProblemException.notFound("Account '%s' has no callback".formatted(account)));
  }

  @PutMapping
  ResponseEntity<CallbackView> put(
      ApiKey key, @PathVariable String account, @RequestBody PutCallbackRequest request) {
    accounts.require(key, Scope.ADMIN, account);
    CallbackMode mode = request.check();
    if (request.replyUrl() != null) {
      urls.check("replyUrl", request.replyUrl());
    }
    Stored stored = settings.put(key.id(), account, request, mode);
    @Nullable Secret replySecret = stored.replySecret();
    return ResponseEntity.status(stored.created() ? HttpStatus.CREATED : HttpStatus.OK)
        .body(CallbackView.of(stored.row(), replySecret == null ? null : replySecret.reveal()));
  }

  @DeleteMapping
  ResponseEntity<Void> delete(ApiKey key, @PathVariable String account) {
    accounts.require(key, Scope.ADMIN, account);
    settings.delete(key.id(), account);
    return ResponseEntity.noContent().build();
  }
}
