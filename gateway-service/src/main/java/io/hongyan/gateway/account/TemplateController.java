package io.hongyan.gateway.account;

import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.web.Page;
import io.hongyan.gateway.web.ProblemException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** An account's templates over HTTP, for admins. */
@RestController
@RequestMapping("/v1/accounts/{account}/templates")
class TemplateController {

  private final AccountMapper mapper;
  private final AccountChanges changes;

  TemplateController(AccountMapper mapper, AccountChanges changes) {
    this.mapper = mapper;
    this.changes = changes;
  }

  @GetMapping
  Page<TemplateView> list(
      ApiKey key,
      @PathVariable String account,
      @RequestParam(defaultValue = "") String cursor,
      @RequestParam(required = false) @Nullable Integer limit) {
    requireAccount(key, account);
    int size = Page.limit(limit);
    return Page.of(
        mapper.findTemplatePage(account, cursor, Page.rowsFor(size)),
        size,
        TemplateRow::id,
        TemplateView::of);
  }

  @GetMapping("/{id}")
  TemplateView get(ApiKey key, @PathVariable String account, @PathVariable String id) {
    requireAccount(key, account);
    return view(account, id);
  }

  @PutMapping("/{id}")
  ResponseEntity<TemplateView> put(
      ApiKey key,
      @PathVariable String account,
      @PathVariable String id,
      @RequestBody PutTemplateRequest request) {
    requireAccount(key, account);
    boolean created = changes.putTemplate(key.id(), request.check(account, id));
    return ResponseEntity.status(created ? HttpStatus.CREATED : HttpStatus.OK)
        .body(view(account, id));
  }

  private TemplateView view(String account, String id) {
    return mapper
        .findTemplate(account, id)
        .map(TemplateView::of)
        .orElseThrow(
            () ->
                ProblemException.notFound(
                    "Account '%s' has no template '%s'".formatted(account, id)));
  }

  private void requireAccount(ApiKey key, String account) {
    AccountController.requireVisible(key, account);
    if (mapper.findAccount(account).isEmpty()) {
      throw AccountController.noAccount(account);
    }
  }
}
