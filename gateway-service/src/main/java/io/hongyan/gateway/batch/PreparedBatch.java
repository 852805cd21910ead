package io.hongyan.gateway.batch;

import io.hongyan.gateway.account.Template;
import java.util.List;

/**
 * A submission that was read and checked; its recipients are written in a transaction that is still
 * open.
 *
 * @param reach accepted recipients; for an audience, how many it has now, if that was asked
 * @param rejections the first refused recipients
 * @param samples the first messages as people would see them
 */
record PreparedBatch(
    Template template,
    BatchSettings settings,
    BatchState state,
    BatchRows.Counted counted,
    long reach,
    List<Rejection> rejections,
    List<DryRun.Sample> samples) {

  /** For a caller who may send, but not see who follows. */
  PreparedBatch withoutOpenids() {
    List<DryRun.Sample> anonymous =
        samples.stream()
            .map(sample -> new DryRun.Sample(null, sample.ref(), sample.url(), sample.text()))
            .toList();
    return new PreparedBatch(template, settings, state, counted, reach, rejections, anonymous);
  }
}
