package io.hongyan.gateway.batch;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One row of {@code send_failed}; data is a JSON object. */
record FailureRow(
    Long batchId,
    Integer seq,
    String openid,
    @Nullable String ref,
    @Nullable String data,
    Integer attempts,
    String outcomeClass,
    @Nullable Integer errcode,
    @Nullable String errmsg,
    String advice,
    Instant failedAt) {}
