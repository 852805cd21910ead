/** What is measured, one class a question. */
@NullMarked
package io.hongyan.bench.scenario;

import org.jspecify.annotations.NullMarked;
