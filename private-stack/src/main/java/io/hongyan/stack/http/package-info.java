/** Calls to servers that may be down: one server, or any of several. */
@NullMarked
package io.hongyan.stack.http;

import org.jspecify.annotations.NullMarked;
