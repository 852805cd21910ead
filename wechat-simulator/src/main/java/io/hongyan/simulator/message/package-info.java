/** What the simulator accepted, packed so that ten million messages fit in 2 GB of heap. */
@NullMarked
package io.hongyan.simulator.message;

import org.jspecify.annotations.NullMarked;
