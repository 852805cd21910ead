/** The accounts the simulator knows: who follows them, and which tags followers carry. */
@NullMarked
package io.hongyan.simulator.account;

import org.jspecify.annotations.NullMarked;
