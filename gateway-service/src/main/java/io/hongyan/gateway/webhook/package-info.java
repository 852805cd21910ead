/**
 * What we tell internal systems: signed posts to addresses that their keys' holders configured, and
 * the webhooks of API keys.
 */
@NullMarked
package io.hongyan.gateway.webhook;

import org.jspecify.annotations.NullMarked;
