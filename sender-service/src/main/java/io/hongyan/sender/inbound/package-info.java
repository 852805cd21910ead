/** What followers write and do: the log of it, and who follows. */
@NullMarked
package io.hongyan.sender.inbound;

import org.jspecify.annotations.NullMarked;
