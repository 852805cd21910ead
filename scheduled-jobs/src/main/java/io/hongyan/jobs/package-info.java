/** Jobs that run once across all instances, each run noted in {@code scheduler_log}. */
@NullMarked
package io.hongyan.jobs;

import org.jspecify.annotations.NullMarked;
