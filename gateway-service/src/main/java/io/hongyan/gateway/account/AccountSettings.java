package io.hongyan.gateway.account;

import org.jspecify.annotations.Nullable;

/** What a person sets of an account, checked; the secret travels apart, encrypted. */
record AccountSettings(
    String id,
    String name,
    String appId,
    @Nullable Integer ratePerSecond,
    int maxInFlight,
    boolean enabled) {}
