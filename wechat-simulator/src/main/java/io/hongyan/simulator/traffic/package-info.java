/** Counts of what came in and what was answered. */
@NullMarked
package io.hongyan.simulator.traffic;

import org.jspecify.annotations.NullMarked;
