/** What the gateway asks of the sender over HTTP, inside the company's network. */
@NullMarked
package io.hongyan.sender.internal;

import org.jspecify.annotations.NullMarked;
