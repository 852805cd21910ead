package io.hongyan.simulator.message;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of accepted messages.
 *
 * @param next the {@code after} of the next page; null when this is the last
 */
public record MessagePage(List<AcceptedMessage> messages, @Nullable Long next) {}
