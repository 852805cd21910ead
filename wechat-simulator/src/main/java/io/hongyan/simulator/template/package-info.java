/** An account's templates and the rules of their fields. */
@NullMarked
package io.hongyan.simulator.template;

import org.jspecify.annotations.NullMarked;
