package io.hongyan.gateway.account;

import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.Scope;
import io.hongyan.gateway.web.Page;
import io.hongyan.gateway.web.ProblemException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Accounts over HTTP, for admins. Reads the database, since senders close gates there. */
@RestController
@RequestMapping("/v1/accounts")
class AccountController {

  private final AccountMapper mapper;
  private final AccountChanges changes;

  AccountController(AccountMapper mapper, AccountChanges changes) {
    this.mapper = mapper;
    this.changes = changes;
  }

  @GetMapping
  Page<AccountView> list(
      ApiKey key,
      @RequestParam(defaultValue = "") String cursor,
      @RequestParam(required = false) @Nullable Integer limit) {
    key.require(Scope.ADMIN);
    int size = Page.limit(limit);
    return Page.of(
        mapper.findAccountPage(cursor, key.mayUseAll(), key.accounts(), Page.rowsFor(size)),
        size,
        AccountRow::id,
        AccountView::of);
  }

  @GetMapping("/{id}")
  AccountView get(ApiKey key, @PathVariable String id) {
    requireVisible(key, id);
    return view(id);
  }

  @PutMapping("/{id}")
  ResponseEntity<AccountView> put(
      ApiKey key, @PathVariable String id, @RequestBody PutAccountRequest request) {
    requireVisible(key, id);
    boolean created = changes.putAccount(key.id(), request.check(id), request.appSecret());
    return ResponseEntity.status(created ? HttpStatus.CREATED : HttpStatus.OK).body(view(id));
  }

  @PostMapping("/{id}/pause")
  AccountView pause(ApiKey key, @PathVariable String id) {
    requireVisible(key, id);
    changes.pause(key.id(), id);
    return view(id);
  }

  @PostMapping("/{id}/resume")
  AccountView resume(ApiKey key, @PathVariable String id) {
    requireVisible(key, id);
    changes.resume(key.id(), id);
    return view(id);
  }

  private AccountView view(String id) {
    return mapper.findAccount(id).map(AccountView::of).orElseThrow(() -> noAccount(id));
  }

  static void requireVisible(ApiKey key, String account) {
    key.require(Scope.ADMIN);
    if (!key.mayUse(account)) {
      throw noAccount(account);
    }
  }

  static ProblemException noAccount(String id) {
    return ProblemException.notFound("There is no account '%s'".formatted(id));
  }
}
