/** Real servers for integration tests, and a way to take them away for a while. */
@NullMarked
package io.hongyan.test;

import org.jspecify.annotations.NullMarked;
