/** What goes wrong in a round, and when. */
@NullMarked
package io.hongyan.chaos.scenario;

import org.jspecify.annotations.NullMarked;
