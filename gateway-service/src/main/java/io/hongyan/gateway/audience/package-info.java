/** Who follows an account, and who of them a batch is for. */
@NullMarked
package io.hongyan.gateway.audience;

import org.jspecify.annotations.NullMarked;
