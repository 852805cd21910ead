package io.hongyan.gateway.release;

import org.jspecify.annotations.Nullable;

/**
 * How full the window of an account's lane is.
 *
 * @param ratePerSecond the account's rate; null = no limit
 * @param outstanding messages of running batches that are released, or being released by somebody
 *     else, and have no outcome
 */
record WindowUse(@Nullable Integer ratePerSecond, long outstanding) {}
