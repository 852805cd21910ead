/** One message end to end: may it go, call WeChat, decide, record. */
@NullMarked
package io.hongyan.sender.delivery;

import org.jspecify.annotations.NullMarked;
