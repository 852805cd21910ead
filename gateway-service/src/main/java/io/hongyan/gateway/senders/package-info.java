/** Calls of the gateway to the senders, which alone talk to WeChat. */
@NullMarked
package io.hongyan.gateway.senders;

import org.jspecify.annotations.NullMarked;
