/** The benchmark; it stands beside the product and shares no code with it. */
@NullMarked
package io.hongyan.bench;

import org.jspecify.annotations.NullMarked;
