/** Runs for long with a fault a minute, and watches whether anything grows. */
@NullMarked
package io.hongyan.chaos.soak;

import org.jspecify.annotations.NullMarked;
