/** Asks on a person's behalf whether WeChat would take an account's messages. */
@NullMarked
package io.hongyan.sender.doctor;

import org.jspecify.annotations.NullMarked;
