/** Who changed what, and when. */
@NullMarked
package io.hongyan.gateway.audit;

import org.jspecify.annotations.NullMarked;
