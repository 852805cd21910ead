/** Programs that the suite starts, stops and kills. */
@NullMarked
package io.hongyan.chaos.process;

import org.jspecify.annotations.NullMarked;
