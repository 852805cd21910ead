/**
 * Breaks a private stack while messages flow, and proves that none was lost and none sent twice.
 */
@NullMarked
package io.hongyan.chaos;

import org.jspecify.annotations.NullMarked;
