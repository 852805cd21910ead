package io.hongyan.gateway.batch;

import java.time.Instant;

/**
 * The run of a schedule that makes a batch.
 *
 * @param due when the run was due; the batch's {@code sendAt}
 */
public record ScheduleRun(String scheduleId, Instant due) {}
