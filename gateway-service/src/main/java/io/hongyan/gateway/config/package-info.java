/** How running instances hear of changes: events over RabbitMQ, a poll in case one was lost. */
@NullMarked
package io.hongyan.gateway.config;

import org.jspecify.annotations.NullMarked;
