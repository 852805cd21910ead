package io.hongyan.gateway.release;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How accepted batches are released.
 *
 * @param enabled whether this gateway releases at all; off = it only takes batches, and another
 *     gateway must release them
 * @param chunk messages per publish-and-confirm; larger costs memory and delays a pause, smaller
 *     pays the two commits and the confirm more often
 * @param waveChunks chunks before another account gets its turn
 * @param window most messages of an account's lane that are released and have no outcome; larger
 *     makes queues long and pauses slow, smaller lets fast senders run dry between two polls
 * @param windowTime the window of an account (or batch) with a rate is this much of its rate at
 *     most, so that no message waits longer in a queue
 * @param lease how long a dead releaser's batch waits for another one
 * @param confirmTimeout longest wait for the broker's confirms of one chunk; after it the chunk
 *     counts as not published
 * @param urgentWorkers threads, each with a connection of its own, that release urgent batches
 * @param normalWorkers the same for normal batches; two keep the broker busy, since one reads while
 *     the other waits for confirms
 * @param busyPoll how soon a batch in release is looked at again when its window was full or its
 *     rate used up; sets how smooth a rate is
 * @param idlePoll how soon work is noticed when the event that announces it was lost, and how late
 *     a {@code sendAt} may begin
 * @param finishPoll how soon a batch is done after its last outcome
 * @param cancelChunk recipients of a cancelled batch that are recorded per transaction; senders
 *     that record outcomes of the same batch wait for one such transaction
 * @param audiencePage people of an audience that are looked at per transaction when it is resolved;
 *     a pause waits for one
 * @param sweepChunk recipients looked at per query when lost messages are searched
 */
@Validated
@ConfigurationProperties("hongyan.release")
record ReleaseProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("500") @Min(1) @Max(10_000) int chunk,
    @DefaultValue("4") @Min(1) int waveChunks,
    @DefaultValue("5000") @Min(1) int window,
    @DefaultValue("60s") @DurationMin(seconds = 1) Duration windowTime,
    @DefaultValue("30s") @DurationMin(seconds = 1) Duration lease,
    @DefaultValue("10s") @DurationMin(millis = 100) Duration confirmTimeout,
    @DefaultValue("2") @Min(1) @Max(16) int urgentWorkers,
    @DefaultValue("2") @Min(1) @Max(16) int normalWorkers,
    @DefaultValue("50ms") @DurationMin(millis = 1) Duration busyPoll,
    @DefaultValue("500ms") @DurationMin(millis = 1) Duration idlePoll,
    @DefaultValue("250ms") @DurationMin(millis = 1) Duration finishPoll,
    @DefaultValue("2000") @Min(1) @Max(50_000) int cancelChunk,
    @DefaultValue("10000") @Min(1) @Max(100_000) int audiencePage,
    @DefaultValue("20000") @Min(1) @Max(1_000_000) int sweepChunk) {

  /** Checks the limits that depend on each other. */
  ReleaseProperties {
    if (confirmTimeout.compareTo(lease) >= 0) {
      throw new IllegalArgumentException(
          "hongyan.release.confirm-timeout (%s) must be below hongyan.release.lease (%s), or a batch is taken over while its chunk is being confirmed"
              .formatted(confirmTimeout, lease));
    }
    if (busyPoll.compareTo(idlePoll) > 0) {
      throw new IllegalArgumentException(
          "hongyan.release.busy-poll (%s) must not be above hongyan.release.idle-poll (%s)"
              .formatted(busyPoll, idlePoll));
    }
  }
}
