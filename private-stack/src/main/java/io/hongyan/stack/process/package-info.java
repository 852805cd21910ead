/** Programs that the suite starts, stops and kills. */
@NullMarked
package io.hongyan.stack.process;

import org.jspecify.annotations.NullMarked;
