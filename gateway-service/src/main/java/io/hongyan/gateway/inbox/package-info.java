/**
 * The in-app inbox: an announcement is stored once, and each person's own increments are brought in
 * when the person shows up.
 */
@NullMarked
package io.hongyan.gateway.inbox;

import org.jspecify.annotations.NullMarked;
