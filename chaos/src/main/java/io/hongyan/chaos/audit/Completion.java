package io.hongyan.chaos.audit;

import java.time.Duration;

/**
 * How waiting for batches ended.
 *
 * @param isDone every batch of the record is over
 * @param waited from the call until then, or until the limit
 * @param unfinished batches that are not over; all of them where the database did not answer
 */
public record Completion(boolean isDone, Duration waited, int unfinished) {}
