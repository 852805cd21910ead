/**
 * What the product is measured against: what teams use today, the least that a durable pipeline
 * must do, and each part of that alone. Every peer runs in a JVM of its own.
 */
@NullMarked
package io.hongyan.bench.peer;

import org.jspecify.annotations.NullMarked;
