package io.hongyan.sender.sync;

/** Another sender has taken over what this one was working on; what was not committed is void. */
final class ClaimLostException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ClaimLostException(String account) {
    super("another sender took over the follower sync, account=" + account);
  }
}
