package io.hongyan.gateway.account;

import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.Scope;
import org.springframework.stereotype.Component;

/** Finds accounts for a caller: one that the key may not use looks as if it did not exist. */
@Component
public class VisibleAccounts {

  private final AccountRegistry accounts;

  VisibleAccounts(AccountRegistry accounts) {
    this.accounts = accounts;
  }

  /** Answers 403 unless the key has the scope, and 404 if there is no such account for it. */
  public void require(ApiKey key, Scope scope, String account) {
    key.require(scope);
    if (!key.mayUse(account) || accounts.findAccount(account).isEmpty()) {
      throw AccountController.noAccount(account);
    }
  }
}
