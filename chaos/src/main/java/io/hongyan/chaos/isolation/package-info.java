/** Measures how much the trouble of some accounts delays another one. */
@NullMarked
package io.hongyan.chaos.isolation;

import org.jspecify.annotations.NullMarked;
