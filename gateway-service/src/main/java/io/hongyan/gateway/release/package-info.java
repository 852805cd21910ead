/**
 * The way of a batch after it was accepted: released to RabbitMQ in waves, finished, cancelled, and
 * looked after where messages got lost. Everything here runs on threads of its own, on any number
 * of gateways at once; the leases and cursors in the {@code batch} rows keep them apart.
 */
@NullMarked
package io.hongyan.gateway.release;

import org.jspecify.annotations.NullMarked;
