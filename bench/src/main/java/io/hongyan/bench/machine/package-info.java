/** What processes cost: CPU time and memory as the kernel counts them. */
@NullMarked
package io.hongyan.bench.machine;

import org.jspecify.annotations.NullMarked;
