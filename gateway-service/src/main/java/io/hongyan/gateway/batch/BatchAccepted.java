package io.hongyan.gateway.batch;

import io.hongyan.common.message.Lane;

/**
 * Published after a batch's acceptance is committed, so that its release begins at once.
 *
 * @param toResolve whether its audience is still to be found
 */
public record BatchAccepted(String account, Lane lane, boolean toResolve) {}
