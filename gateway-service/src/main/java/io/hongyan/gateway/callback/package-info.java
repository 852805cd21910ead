/**
 * Where WeChat calls us: verifies and reads what it posts, answers followers' messages once, and
 * hands receipts, messages and events on to the sender. It never looks into the database while
 * WeChat waits.
 */
@NullMarked
package io.hongyan.gateway.callback;

import org.jspecify.annotations.NullMarked;
