package io.hongyan.sender.internal;

import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.account.SenderAccounts;
import org.springframework.stereotype.Component;

/** The account that a call names. */
@Component
class CalledAccounts {

  private final SenderAccounts accounts;

  CalledAccounts(SenderAccounts accounts) {
    this.accounts = accounts;
  }

  /**
   * The account; one that the gateway stored a moment ago is found too.
   *
   * @throws UnknownAccountException if there is none
   */
  SenderAccount get(String id) {
    return accounts
        .find(id)
        .orElseGet(
            () -> {
              accounts.reload();
              return accounts.find(id).orElseThrow(() -> new UnknownAccountException(id));
            });
  }

  /** There is no such account. */
  static final class UnknownAccountException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnknownAccountException(String id) {
      super("there is no account " + id);
    }
  }
}
