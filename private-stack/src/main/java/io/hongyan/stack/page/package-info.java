/** Pages of docs/ that a program writes its figures into. */
@NullMarked
package io.hongyan.stack.page;

import org.jspecify.annotations.NullMarked;
