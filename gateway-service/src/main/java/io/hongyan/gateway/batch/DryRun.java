package io.hongyan.gateway.batch;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a batch would be if it were submitted now; nothing of it was stored.
 *
 * @param total recipients that would be accepted; for an audience, how many it has now
 * @param rejections the first refused ones
 * @param samples the first messages as people would see them
 */
@JsonPropertyOrder({"dryRun", "state", "total", "rejected", "rejections", "samples"})
public record DryRun(
    boolean dryRun,
    String state,
    long total,
    int rejected,
    List<Rejection> rejections,
    List<Sample> samples) {

  static final int MOST_SAMPLES = 3;

  /**
   * A rendered message.
   *
   * @param openid null for a caller who may not read messages
   * @param text the template's content with the values in it
   */
  public record Sample(
      @Nullable String openid, @Nullable String ref, @Nullable String url, String text) {}
}
