/** Batches: accepting, showing and changing them. */
@NullMarked
package io.hongyan.gateway.batch;

import org.jspecify.annotations.NullMarked;
