/** The table on the screen and docs/reliability.md. */
@NullMarked
package io.hongyan.chaos.report;

import org.jspecify.annotations.NullMarked;
