/** What gateway and sender must reckon alike about an account. */
@NullMarked
package io.hongyan.common.account;

import org.jspecify.annotations.NullMarked;
