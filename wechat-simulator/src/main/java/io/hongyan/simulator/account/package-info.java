/** The accounts the simulator knows: templates, followers, and the sends they have used up. */
@NullMarked
package io.hongyan.simulator.account;

import org.jspecify.annotations.NullMarked;
