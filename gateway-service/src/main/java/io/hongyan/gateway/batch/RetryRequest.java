package io.hongyan.gateway.batch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /v1/batches/{id}/retry}: which failures to send again; both lists given, both
 * must fit.
 *
 * @param classes left out or empty = all but {@code uncertain}, which must be named
 * @param errcodes left out or empty = all
 */
record RetryRequest(
    @Nullable List<@Nullable String> classes, @Nullable List<@Nullable Integer> errcodes) {

  FailureFilter filter() {
    return FailureFilter.ofBody(classes, errcodes);
  }
}
