/** What an account has used up: sends, other calls, and clearings of both. */
@NullMarked
package io.hongyan.simulator.quota;

import org.jspecify.annotations.NullMarked;
