package io.hongyan.gateway.webhook;

import java.time.Instant;

/**
 * A delivery with what became of its try.
 *
 * @param url what was posted to
 * @param at when the try ended
 */
record TriedDelivery(DueDelivery delivery, String url, PostOutcome outcome, Instant at) {}
