/** Messages, queues and ids: what the gateway writes and the sender reads. */
@NullMarked
package io.hongyan.common.message;

import org.jspecify.annotations.NullMarked;
