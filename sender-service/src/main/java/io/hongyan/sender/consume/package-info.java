/** RabbitMQ's side: consumers, acks, messages that wait, dead letters. */
@NullMarked
package io.hongyan.sender.consume;

import org.jspecify.annotations.NullMarked;
