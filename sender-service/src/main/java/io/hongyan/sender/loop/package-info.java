/** Threads that do something again and again while the sender runs. */
@NullMarked
package io.hongyan.sender.loop;

import org.jspecify.annotations.NullMarked;
