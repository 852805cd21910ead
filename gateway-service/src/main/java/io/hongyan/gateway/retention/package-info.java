/** How long things are kept: partitions are made ahead and dropped after their time. */
@NullMarked
package io.hongyan.gateway.retention;

import org.jspecify.annotations.NullMarked;
