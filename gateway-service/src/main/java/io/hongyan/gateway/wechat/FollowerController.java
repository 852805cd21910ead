package io.hongyan.gateway.wechat;

import io.hongyan.gateway.account.VisibleAccounts;
import io.hongyan.gateway.audit.AuditLog;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.Scope;
import io.hongyan.gateway.web.Page;
import io.hongyan.gateway.wechat.FollowerMapper.SyncState;
import io.hongyan.gateway.wechat.FollowerMapper.Tag;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * How far the sync of an account's followers is and what it found, for admins. A sync is asked for
 * through the database, where a sender looks every few seconds.
 */
@RestController
@RequestMapping("/v1/accounts/{account}")
class FollowerController {

  private final VisibleAccounts accounts;
  private final FollowerMapper mapper;
  private final TransactionOperations transactions;
  private final AuditLog audit;

  FollowerController(
      VisibleAccounts accounts,
      FollowerMapper mapper,
      TransactionOperations transactions,
      AuditLog audit) {
    this.accounts = accounts;
    this.mapper = mapper;
    this.transactions = transactions;
    this.audit = audit;
  }

  @PostMapping("/followers/sync")
  @ResponseStatus(HttpStatus.ACCEPTED)
  SyncState sync(ApiKey key, @PathVariable String account) {
    accounts.require(key, Scope.ADMIN, account);
    transactions.executeWithoutResult(
        transaction -> {
          mapper.request(account);
          audit.record(key.id(), "followers.sync", AuditedChanges.subject(account), Map.of());
        });
    return mapper.findState(account);
  }

  @GetMapping("/followers/sync")
  SyncState state(ApiKey key, @PathVariable String account) {
    accounts.require(key, Scope.ADMIN, account);
    return mapper.findState(account);
  }

  @GetMapping("/tags")
  Page<Tag> tags(
      ApiKey key,
      @PathVariable String account,
      @RequestParam(required = false) @Nullable Integer cursor,
      @RequestParam(required = false) @Nullable Integer limit) {
    accounts.require(key, Scope.ADMIN, account);
    int size = Page.limit(limit);
    return Page.of(
        mapper.findTags(account, cursor == null ? -1 : cursor, Page.rowsFor(size)),
        size,
        tag -> Integer.toString(tag.id()),
        tag -> tag);
  }
}
