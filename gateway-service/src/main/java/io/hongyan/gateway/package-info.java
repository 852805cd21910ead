/** The gateway: takes batches over HTTP, stores them, and releases one message per recipient. */
@NullMarked
package io.hongyan.gateway;

import org.jspecify.annotations.NullMarked;
