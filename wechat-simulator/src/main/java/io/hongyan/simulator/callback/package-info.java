/**
 * WeChat's half of the callback: posts receipts, messages and events, signed and encrypted, with
 * its clock of a few tries, and reads what it is answered.
 */
@NullMarked
package io.hongyan.simulator.callback;

import org.jspecify.annotations.NullMarked;
