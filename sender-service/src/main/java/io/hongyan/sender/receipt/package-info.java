/** Delivery receipts: stores each, and finds the message that it is about. */
@NullMarked
package io.hongyan.sender.receipt;

import org.jspecify.annotations.NullMarked;
