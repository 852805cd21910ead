package io.hongyan.bench.peer;

/** A run in which something went wrong; its cause is the first thing that did. */
final class PeerFailedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int errors;

  PeerFailedException(int errors, Throwable first) {
    super("%d failed, the first: %s".formatted(errors, first), first);
    this.errors = errors;
  }

  /** How much had gone wrong when the run was given up. */
  int errors() {
    return errors;
  }
}
