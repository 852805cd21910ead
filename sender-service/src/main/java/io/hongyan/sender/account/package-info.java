/** The accounts as the sender sees them: secret, speed, gate. */
@NullMarked
package io.hongyan.sender.account;

import org.jspecify.annotations.NullMarked;
