package io.hongyan.gateway.batch;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/**
 * A recipient that was refused at intake.
 *
 * @param line its place: in JSON among the recipients from 1, in NDJSON and CSV the body's line
 * @param openid as sent; null if there was none
 * @param reason for programs, e.g. {@code missing-field}
 * @param detail for people: the field, the rule and how long the value is
 */
@JsonPropertyOrder({"line", "openid", "reason", "detail"})
public record Rejection(int line, @Nullable String openid, String reason, String detail) {}
