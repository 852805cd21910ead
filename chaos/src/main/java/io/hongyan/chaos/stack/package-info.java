/**
 * A whole Hongyan on this machine: a RabbitMQ cluster, PostgreSQL, Redis, the simulator, gateways
 * and senders.
 */
@NullMarked
package io.hongyan.chaos.stack;

import org.jspecify.annotations.NullMarked;
