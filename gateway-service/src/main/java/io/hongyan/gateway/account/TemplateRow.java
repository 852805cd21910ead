package io.hongyan.gateway.account;

import io.hongyan.gateway.template.TemplateField;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One row of {@code template}. */
record TemplateRow(
    String accountId,
    String id,
    String wechatTemplateId,
    String title,
    String content,
    @Nullable String problem,
    @Nullable Instant problemSince,
    Instant createdAt,
    Instant updatedAt) {

  Template toTemplate() {
    return new Template(
        accountId,
        id,
        wechatTemplateId,
        title,
        content,
        TemplateField.parse(content),
        problem,
        problemSince,
        createdAt,
        updatedAt);
  }
}
