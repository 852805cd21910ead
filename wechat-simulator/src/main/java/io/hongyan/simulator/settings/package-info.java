/** What can be changed while the simulator runs: latency, windows and limits. */
@NullMarked
package io.hongyan.simulator.settings;

import org.jspecify.annotations.NullMarked;
