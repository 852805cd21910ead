package io.hongyan.gateway.release;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Recipients {@code firstSeq} to {@code lastSeq} of a batch, reserved for publishing now. */
record ReservedRange(
    long id,
    String accountId,
    String templateId,
    String wechatTemplateId,
    @Nullable String url,
    @Nullable String miniprogramAppid,
    @Nullable String miniprogramPagepath,
    @Nullable Instant expireAt,
    int firstSeq,
    int lastSeq) {}
