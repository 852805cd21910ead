package io.hongyan.simulator.token;

import java.time.Duration;

/** A token or ticket as handed to a caller, with the lifetime it has left. */
public record IssuedToken(String value, Duration remaining) {}
