package io.hongyan.chaos.audit;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How waiting for batches ended.
 *
 * @param isDone every batch of the record is over
 * @param waited from the call until then, or until the limit
 * @param unfinished batches that are not over; all of them where the database did not answer
 * @param databaseTrouble why the database did not answer when it was last asked; null = it did
 */
public record Completion(
    boolean isDone, Duration waited, int unfinished, @Nullable String databaseTrouble) {}
