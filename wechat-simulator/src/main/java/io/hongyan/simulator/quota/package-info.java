/** What an account has used up. */
@NullMarked
package io.hongyan.simulator.quota;

import org.jspecify.annotations.NullMarked;
