package io.hongyan.gateway.callback;

import io.hongyan.gateway.account.VisibleAccounts;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.Scope;
import io.hongyan.gateway.web.Page;
import io.hongyan.gateway.web.ProblemException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** An account's rules for replies over HTTP, for admins. */
@RestController
@RequestMapping("/v1/accounts/{account}/auto-replies")
class AutoReplyController {

  private final VisibleAccounts accounts;
  private final AutoReplyMapper mapper;
  private final AutoReplyChanges changes;
  private final AutoReplyRegistry registry;
  private final JsonMapper json;

  AutoReplyController(
      VisibleAccounts accounts,
      AutoReplyMapper mapper,
      AutoReplyChanges changes,
      AutoReplyRegistry registry,
      JsonMapper json) {
    this.accounts = accounts;
    this.registry = registry;
    this.mapper = mapper;
    this.changes = changes;
    this.json = json;
  }

  @GetMapping
  Page<AutoReplyView> list(
      ApiKey key,
      @PathVariable String account,
      @RequestParam(defaultValue = "") String cursor,
      @RequestParam(required = false) @Nullable Integer limit) {
    accounts.require(key, Scope.ADMIN, account);
    int size = Page.limit(limit);
    return Page.of(
        mapper.findPage(account, cursor, Page.rowsFor(size)), size, AutoReplyRow::id, this::shown);
  }

  @GetMapping("/{id}")
  AutoReplyView get(ApiKey key, @PathVariable String account, @PathVariable String id) {
    accounts.require(key, Scope.ADMIN, account);
    return view(account, id);
  }

  @PutMapping("/{id}")
  ResponseEntity<AutoReplyView> put(
      ApiKey key,
      @PathVariable String account,
      @PathVariable String id,
      @RequestBody PutAutoReplyRequest request) {
    accounts.require(key, Scope.ADMIN, account);
    boolean created = changes.put(key.id(), request.check(account, id, json));
    return ResponseEntity.status(created ? HttpStatus.CREATED : HttpStatus.OK)
        .body(view(account, id));
  }

  @DeleteMapping("/{id}")
  ResponseEntity<Void> delete(ApiKey key, @PathVariable String account, @PathVariable String id) {
    accounts.require(key, Scope.ADMIN, account);
    if (!changes.delete(key.id(), account, id)) {
      throw none(account, id);
    }
    return ResponseEntity.noContent().build();
  }

  private AutoReplyView view(String account, String id) {
    return mapper.find(account, id).map(this::shown).orElseThrow(() -> none(account, id));
  }

  private AutoReplyView shown(AutoReplyRow row) {
    return AutoReplyView.of(
        row,
        json.readTree(row.reply()).path("type").asString("").equals("forward"),
        registry.of(row.accountId()).target() != null);
  }

  private static ProblemException none(String account, String id) {
    return ProblemException.notFound("Account '%s' has no auto-reply '%s'".formatted(account, id));
  }
}
