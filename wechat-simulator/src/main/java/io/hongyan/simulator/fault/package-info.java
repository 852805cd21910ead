/** Scripted misbehaviour: what goes wrong, on which requests. */
@NullMarked
package io.hongyan.simulator.fault;

import org.jspecify.annotations.NullMarked;
