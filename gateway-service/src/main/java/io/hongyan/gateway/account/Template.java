package io.hongyan.gateway.account;

import io.hongyan.gateway.template.TemplateField;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A template of an account.
 *
 * @param id the caller's own name for it, e.g. {@code order-paid}
 * @param content as WeChat shows it, with {@code {{thing1.DATA}}} where values go
 * @param fields found in the content; every recipient must give each a value
 * @param problem why WeChat would refuse it, as of the last sync with WeChat; null = none known
 */
public record Template(
    String accountId,
    String id,
    String wechatTemplateId,
    String title,
    String content,
    List<TemplateField> fields,
    @Nullable String problem,
    @Nullable Instant problemSince,
    Instant createdAt,
    Instant updatedAt) {}
