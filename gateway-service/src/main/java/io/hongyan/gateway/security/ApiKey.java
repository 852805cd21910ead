package io.hongyan.gateway.security;

import io.hongyan.gateway.web.ProblemException;
import java.util.Set;
import org.springframework.http.HttpStatus;

/**
 * Who calls: a controller takes it as a parameter and asks it before it does anything. The key
 * itself is not in here.
 *
 * @param id stands in the audit log and in {@code batch.created_by}
 * @param accounts account ids, or {@code *} alone for all
 */
public record ApiKey(String id, String name, Set<Scope> scopes, Set<String> accounts) {

  /** In place of account ids: every account, those to come included. */
  public static final String ALL_ACCOUNTS = "*";

  /** Takes copies. */
  public ApiKey {
    scopes = Set.copyOf(scopes);
    accounts = Set.copyOf(accounts);
  }

  /** Whether the key sees this account; if not, the account must look as if it did not exist. */
  public boolean mayUse(String accountId) {
    return mayUseAll() || accounts.contains(accountId);
  }

  /** Whether the key sees every account. */
  public boolean mayUseAll() {
    return accounts.contains(ALL_ACCOUNTS);
  }

  /** Whether the key has the scope; admin includes all. */
  public boolean has(Scope scope) {
    return scopes.contains(scope) || scopes.contains(Scope.ADMIN);
  }

  /** Answers 403 unless the key has the scope. */
  public void require(Scope scope) {
    if (!has(scope)) {
      throw new ProblemException(
          HttpStatus.FORBIDDEN,
          "missing-scope",
          "The API key lacks a scope",
          "This call needs the scope '%s', which API key %s does not have"
              .formatted(scope.text(), id));
    }
  }

  /** Answers 403 unless the key may use every account. */
  public void requireAllAccounts() {
    if (!mayUseAll()) {
      throw new ProblemException(
          HttpStatus.FORBIDDEN,
          "missing-accounts",
          "The API key is not for all accounts",
          "This call concerns all accounts; API key %s is for some".formatted(id));
    }
  }
}
