/** What the gateway hands to the sender of that which WeChat says by itself. */
@NullMarked
package io.hongyan.common.callback;

import org.jspecify.annotations.NullMarked;
