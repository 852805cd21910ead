package io.hongyan.gateway.webhook;

/**
 * A delivery that this gateway has claimed.
 *
 * @param tries posts before this one
 */
record DueDelivery(Long id, String apiKeyId, String event, Integer tries) {}
