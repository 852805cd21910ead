/** Recurring campaigns: each due moment of a schedule makes one batch. */
@NullMarked
package io.hongyan.gateway.schedule;

import org.jspecify.annotations.NullMarked;
