/** An account's templates: their fields' rules, the industries, and the library to add from. */
@NullMarked
package io.hongyan.simulator.template;

import org.jspecify.annotations.NullMarked;
