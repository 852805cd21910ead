/** Threads that work as long as the gateway runs. */
@NullMarked
package io.hongyan.gateway.loop;

import org.jspecify.annotations.NullMarked;
