/** Group commits of starts and outcomes: the rows that decide what a copy of a message may do. */
@NullMarked
package io.hongyan.sender.record;

import org.jspecify.annotations.NullMarked;
