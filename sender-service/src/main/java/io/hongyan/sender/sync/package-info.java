/** Keeps what PostgreSQL says about followers, tags, templates and quotas in step with WeChat. */
@NullMarked
package io.hongyan.sender.sync;

import org.jspecify.annotations.NullMarked;
