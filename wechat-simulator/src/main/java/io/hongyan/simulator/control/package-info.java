/** The simulator's own calls under /_sim: set it up, script faults, ask what it saw. */
@NullMarked
package io.hongyan.simulator.control;

import org.jspecify.annotations.NullMarked;
