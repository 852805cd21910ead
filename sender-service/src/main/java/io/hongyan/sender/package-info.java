/** The sender: consumes messages, pushes them to WeChat and records every outcome. */
@NullMarked
package io.hongyan.sender;

import org.jspecify.annotations.NullMarked;
