/**
 * Three ways to break Hongyan that a careless programmer might choose. The services know nothing of
 * them: {@code java -javaagent:chaos-breaker.jar=<name> -jar <service>.jar} changes one method
 * while its class is loaded. Only the self-test of the chaos suite does that, to show that its
 * audit would notice.
 */
@NullMarked
package io.hongyan.breaker;

import org.jspecify.annotations.NullMarked;
