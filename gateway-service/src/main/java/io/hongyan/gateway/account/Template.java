package io.hongyan.gateway.account;

import io.hongyan.gateway.template.TemplateField;
import java.time.Instant;
import java.util.List;

/**
 * A template of an account.
 *
 * @param id the caller's own name for it, e.g. {@code order-paid}
 * @param content as WeChat shows it, with {@code {{thing1.DATA}}} where values go
 * @param fields found in the content; every recipient must give each a value
 */
public record Template(
    String accountId,
    String id,
    String wechatTemplateId,
    String title,
    String content,
    List<TemplateField> fields,
    Instant createdAt,
    Instant updatedAt) {}
