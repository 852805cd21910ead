/** Private servers and the services beside them, as processes of whoever starts them. */
@NullMarked
package io.hongyan.stack;

import org.jspecify.annotations.NullMarked;
