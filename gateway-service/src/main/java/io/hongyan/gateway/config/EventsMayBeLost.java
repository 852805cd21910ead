package io.hongyan.gateway.config;

/**
 * Published inside the application after the connection to {@code hongyan.config} was made: events
 * from before are lost, so whoever keeps a copy of the database reads it again.
 */
public record EventsMayBeLost() {}
