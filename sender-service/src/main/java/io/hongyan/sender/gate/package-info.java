/** When an account may send, and how fast. */
@NullMarked
package io.hongyan.sender.gate;

import org.jspecify.annotations.NullMarked;
