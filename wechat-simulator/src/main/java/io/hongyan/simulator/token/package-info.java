/** Access tokens and page tickets: issued, rotated, retired and checked by WeChat's rules. */
@NullMarked
package io.hongyan.simulator.token;

import org.jspecify.annotations.NullMarked;
