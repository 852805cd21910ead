/** The private servers and services that are measured. */
@NullMarked
package io.hongyan.bench.stack;

import org.jspecify.annotations.NullMarked;
