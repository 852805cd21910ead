/** Everything the simulator knows, in one place for its two sides. */
@NullMarked
package io.hongyan.simulator.state;

import org.jspecify.annotations.NullMarked;
