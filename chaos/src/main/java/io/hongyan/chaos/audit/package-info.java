/**
 * Compares the suite's record with the tables, the gateway's answers, the queues and the simulator.
 */
@NullMarked
package io.hongyan.chaos.audit;

import org.jspecify.annotations.NullMarked;
