/** How both services reach RabbitMQ. */
@NullMarked
package io.hongyan.common.broker;

import org.jspecify.annotations.NullMarked;
