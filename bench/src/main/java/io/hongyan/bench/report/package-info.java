/** Figures for people: medians with their spread, and the page they go into. */
@NullMarked
package io.hongyan.bench.report;

import org.jspecify.annotations.NullMarked;
