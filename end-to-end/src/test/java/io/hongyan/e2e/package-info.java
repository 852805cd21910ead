/**
 * The promises of Hongyan, proved from outside: packaged services as processes, real servers, and
 * nothing of the product's own code.
 */
@NullMarked
package io.hongyan.e2e;

import org.jspecify.annotations.NullMarked;
