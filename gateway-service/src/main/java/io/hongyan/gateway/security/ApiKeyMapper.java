package io.hongyan.gateway.security;

import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Mapper;
import org.jspecify.annotations.Nullable;

/** SQL for API keys. */
@Mapper
interface ApiKeyMapper {

  /** Every key that was not revoked, oldest first. */
  List<KeyRow> findValid();

  /**
   * One row of {@code api_key}.
   *
   * @param keyHash SHA-256 in hex
   * @param scopes comma-separated
   * @param accounts comma-separated account ids, or {@code *}
   */
  record KeyRow(
      String id,
      String name,
      String keyHash,
      String scopes,
      String accounts,
      Instant createdAt,
      @Nullable Instant revokedAt) {}
}
