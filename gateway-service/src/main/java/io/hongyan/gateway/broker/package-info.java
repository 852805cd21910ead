/** The one set-up of RabbitMQ connections in the gateway. */
@NullMarked
package io.hongyan.gateway.broker;

import org.jspecify.annotations.NullMarked;
