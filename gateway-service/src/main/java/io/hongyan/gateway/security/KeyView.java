package io.hongyan.gateway.security;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.hongyan.gateway.security.ApiKeyMapper.KeyRow;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An API key as the API shows it.
 *
 * @param key the key itself, in the answer that makes it and never again
 */
record KeyView(
    String id,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String key,
    String name,
    List<String> scopes,
    List<String> accounts,
    Instant createdAt,
    @Nullable Instant revokedAt) {

  static KeyView of(KeyRow row) {
    return of(row, null);
  }

  static KeyView of(KeyRow row, @Nullable String key) {
    return new KeyView(
        row.id(),
        key,
        row.name(),
        ApiKeys.split(row.scopes()),
        ApiKeys.split(row.accounts()),
        row.createdAt(),
        row.revokedAt());
  }
}
