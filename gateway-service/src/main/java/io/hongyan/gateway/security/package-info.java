/** API keys: who may call what, for which accounts. */
@NullMarked
package io.hongyan.gateway.security;

import org.jspecify.annotations.NullMarked;
