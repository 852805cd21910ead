/** The accounts the simulator knows, and who follows them. */
@NullMarked
package io.hongyan.simulator.account;

import org.jspecify.annotations.NullMarked;
