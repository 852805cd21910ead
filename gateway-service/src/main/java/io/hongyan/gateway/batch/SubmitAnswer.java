package io.hongyan.gateway.batch;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.hongyan.common.message.BatchId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of a 202.
 *
 * @param total accepted recipients; null while the audience is not resolved
 * @param rejected refused recipients
 * @param rejections the first refused ones
 */
@JsonPropertyOrder({"batchId", "state", "total", "rejected", "rejections", "links"})
record SubmitAnswer(
    String batchId,
    String state,
    @Nullable Integer total,
    int rejected,
    List<Rejection> rejections,
    Links links) {

  /** Where a batch is found; also the {@code Location} of its 202. */
  static String location(BatchId id) {
    return "/v1/batches/" + id;
  }

  static SubmitAnswer of(
      BatchId id, String state, @Nullable Integer total, int rejected, List<Rejection> rejections) {
    String self = location(id);
    return new SubmitAnswer(
        id.toString(),
        state,
        total,
        rejected,
        rejections,
        new Links(self, self + "/failures", self + "/rejections"));
  }

  /** Where to look next. */
  @JsonPropertyOrder({"self", "failures", "rejections"})
  record Links(String self, String failures, String rejections) {}
}
