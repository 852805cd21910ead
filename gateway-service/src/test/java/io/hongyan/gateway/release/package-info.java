/** Tests of the release against real servers. */
@NullMarked
package io.hongyan.gateway.release;

import org.jspecify.annotations.NullMarked;
