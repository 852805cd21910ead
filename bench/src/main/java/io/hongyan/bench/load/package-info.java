/** What callers send: bodies of batches, and requests to the gateway. */
@NullMarked
package io.hongyan.bench.load;

import org.jspecify.annotations.NullMarked;
