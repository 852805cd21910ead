package io.hongyan.gateway.config;

import io.hongyan.common.message.ConfigEvent;

/**
 * What a gateway keeps in memory of the database, so that a request need not ask it. {@link
 * DatabaseCopies} keeps it up to date; the copy loads itself at start. Thread-safe.
 */
public interface DatabaseCopy {

  /** What it holds, for the log, in the plural: {@code accounts}. */
  String contents();

  /** Whether the change touches it. */
  boolean concerns(ConfigEvent event);

  /**
   * Reads all of it, whatever is known; what was known stays if that fails.
   *
   * @throws RuntimeException if the database cannot be read
   */
  void readAgain();

  /**
   * Takes over a change that {@linkplain #concerns concerns} it and is committed.
   *
   * @throws RuntimeException as {@link #readAgain()}
   */
  default void takeOver(ConfigEvent event) {
    readAgain();
  }
}
