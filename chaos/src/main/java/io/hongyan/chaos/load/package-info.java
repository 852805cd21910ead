/** Batches that are submitted, and the suite's own record of what was answered 202. */
@NullMarked
package io.hongyan.chaos.load;

import org.jspecify.annotations.NullMarked;
