package io.hongyan.gateway.wechat;

import io.hongyan.gateway.account.VisibleAccounts;
import io.hongyan.gateway.audit.AuditLog;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.Scope;
import io.hongyan.gateway.senders.SenderCalls;
import io.hongyan.gateway.web.ProblemException;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Shares an account's access token and jsapi_ticket with programs that call WeChat themselves, so
 * that nobody fetches tokens beside the sender. Each hand-out is in the audit log before it is
 * answered.
 */
@RestController
@RequestMapping("/v1/accounts/{account}")
class TokenController {

  private final VisibleAccounts accounts;
  private final SenderCalls sender;
  private final AuditLog audit;

  TokenController(VisibleAccounts accounts, SenderCalls sender, AuditLog audit) {
    this.accounts = accounts;
    this.sender = sender;
    this.audit = audit;
  }

  @GetMapping("/access-token")
  ResponseEntity<Token> token(ApiKey key, @PathVariable String account) {
    accounts.require(key, Scope.TOKEN, account);
    Token token = sender.get(account, "access-token", Token.class);
    note(key, "token.read", account);
    return notStored(token);
  }

  @PostMapping("/access-token/refused")
  ResponseEntity<Token> refused(
      ApiKey key, @PathVariable String account, @RequestBody RefusedToken refused) {
    accounts.require(key, Scope.TOKEN, account);
    Token token =
        sender.post(
            account, "access-token/refused", Map.of("accessToken", refused.check()), Token.class);
    note(key, "token.refused", account);
    return notStored(token);
  }

  @GetMapping("/jsapi-ticket")
  ResponseEntity<Ticket> ticket(ApiKey key, @PathVariable String account) {
    accounts.require(key, Scope.TOKEN, account);
    Ticket ticket = sender.get(account, "jsapi-ticket", Ticket.class);
    note(key, "ticket.read", account);
    return notStored(ticket);
  }

  private void note(ApiKey key, String action, String account) {
    audit.record(key.id(), action, AuditedChanges.subject(account), Map.of());
  }

  private static <T> ResponseEntity<T> notStored(T secret) {
    return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(secret);
  }

  /**
   * An access token. Its text form, which Spring logs when it is told to, hides it.
   *
   * @param expiresIn seconds
   */
  record Token(String accessToken, Long expiresIn) {
    Token {
      Objects.requireNonNull(accessToken);
      Objects.requireNonNull(expiresIn);
    }

    @Override
    public String toString() {
      return "Token[***, expiresIn=%d]".formatted(expiresIn);
    }
  }

  /**
   * A jsapi_ticket, hidden like a token.
   *
   * @param expiresIn seconds
   */
  record Ticket(String ticket, Long expiresIn) {
    Ticket {
      Objects.requireNonNull(ticket);
      Objects.requireNonNull(expiresIn);
    }

    @Override
    public String toString() {
      return "Ticket[***, expiresIn=%d]".formatted(expiresIn);
    }
  }

  /**
   * Body of {@code POST …/access-token/refused}: the token that WeChat refused with 40001, 40014 or
   * 42001, hidden like the others.
   */
  record RefusedToken(@Nullable String accessToken) {

    private static final Pattern TOKEN = Pattern.compile("[!-~]{1,2048}");

    /** The token; answers 422 for what cannot be one. */
    String check() {
      String token = accessToken == null ? "" : accessToken;
      ProblemException.requireValid(
          TOKEN.matcher(token).matches(),
          "accessToken is needed: the token that WeChat refused, as it was handed out");
      return token;
    }

    @Override
    public String toString() {
      return "RefusedToken[***]";
    }
  }
}
