package io.hongyan.gateway.release;

import java.time.LocalDate;
import java.util.OptionalInt;

/** What the settings of an account say about a release at this moment. */
interface ReleaseRules {

  /** Whether the account's normal lane waits. */
  boolean isQuiet(String account);

  /** Most messages a person gets on a day; empty = no limit. */
  OptionalInt dailyCap(String account);

  /** The day that {@link #dailyCap} counts in. */
  LocalDate today();
}
