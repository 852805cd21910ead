package io.hongyan.gateway.schedule;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.hongyan.common.message.BatchId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code scheduler_log}, as it is stored and as the API shows it.
 *
 * @param finishedAt null while it runs, or if its instance died and nobody has taken it over yet
 * @param result {@code done} or {@code failed}
 * @param batch the batch that a run of a schedule made
 */
@JsonPropertyOrder({
  "job",
  "dueAt",
  "instance",
  "startedAt",
  "finishedAt",
  "result",
  "remark",
  "batchId"
})
record JobRun(
    @JsonIgnore Long id,
    String job,
    Instant dueAt,
    String instance,
    Instant startedAt,
    @Nullable Instant finishedAt,
    @Nullable String result,
    @Nullable String remark,
    @JsonIgnore @Nullable Long batch) {

  /** The batch's id as other calls take it. */
  @JsonProperty
  @Nullable String batchId() {
    return batch == null ? null : new BatchId(batch).toString();
  }
}
