/** Values that must never be shown, and how app secrets are kept at rest. */
@NullMarked
package io.hongyan.common.secret;

import org.jspecify.annotations.NullMarked;
