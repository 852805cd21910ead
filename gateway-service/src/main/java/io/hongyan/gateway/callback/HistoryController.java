package io.hongyan.gateway.callback;

import io.hongyan.gateway.account.VisibleAccounts;
import io.hongyan.gateway.callback.HistoryMapper.CallbackRow;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.Scope;
import io.hongyan.gateway.web.Page;
import io.hongyan.gateway.web.ProblemException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What WeChat has said about an account's messages, and what its followers wrote and did. */
@RestController
@RequestMapping("/v1/accounts/{account}")
class HistoryController {

  private static final List<String> MATCHES =
      List.of("open", "msgid", "person", "ambiguous", "duplicate", "none");

  private final VisibleAccounts accounts;
  private final HistoryMapper mapper;

  HistoryController(VisibleAccounts accounts, HistoryMapper mapper) {
    this.accounts = accounts;
    this.mapper = mapper;
  }

  @GetMapping("/receipts")
  Page<ReceiptView> receipts(
      ApiKey key,
      @PathVariable String account,
      @RequestParam(required = false) @Nullable String match,
      @RequestParam(required = false) @Nullable String openid,
      @RequestParam(required = false) @Nullable String cursor,
      @RequestParam(required = false) @Nullable Integer limit) {
    accounts.require(key, Scope.READ, account);
    if (match != null && !MATCHES.contains(match)) {
      throw ProblemException.invalid("match must be one of %s".formatted(MATCHES));
    }
    int size = Page.limit(limit);
    return Page.of(
        mapper.findReceipts(account, openid, match, HistoryPlace.of(cursor), Page.rowsFor(size)),
        size,
        row -> new HistoryPlace(row.receivedAt(), row.id()).text(),
        ReceiptView::of);
  }

  @GetMapping("/callbacks")
  Page<CallbackRow> callbacks(
      ApiKey key,
      @PathVariable String account,
      @RequestParam(required = false) @Nullable String openid,
      @RequestParam(required = false) @Nullable String cursor,
      @RequestParam(required = false) @Nullable Integer limit) {
    accounts.require(key, Scope.READ, account);
    int size = Page.limit(limit);
    return Page.of(
        mapper.findCallbacks(account, openid, HistoryPlace.of(cursor), Page.rowsFor(size)),
        size,
        row -> new HistoryPlace(row.receivedAt(), Long.parseLong(row.id())).text(),
        row -> row);
  }
}
