/** Template fields and the rules their values must keep. */
@NullMarked
package io.hongyan.gateway.template;

import org.jspecify.annotations.NullMarked;
