package io.hongyan.gateway.account;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A template as the API shows it, with the fields found in its content. */
record TemplateView(
    String account,
    String id,
    String wechatTemplateId,
    String title,
    String content,
    List<Field> fields,
    @Nullable String problem,
    @Nullable Instant problemSince,
    Instant createdAt,
    Instant updatedAt) {

  static TemplateView of(TemplateRow row) {
    Template template = row.toTemplate();
    return new TemplateView(
        template.accountId(),
        template.id(),
        template.wechatTemplateId(),
        template.title(),
        template.content(),
        template.fields().stream()
            .map(field -> new Field(field.name(), field.type().text()))
            .toList(),
        template.problem(),
        template.problemSince(),
        template.createdAt(),
        template.updatedAt());
  }

  /** A field and its type, e.g. {@code thing1} and {@code thing}. */
  record Field(String name, String type) {}
}
