package io.hongyan.gateway.security;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.jspecify.annotations.Nullable;

/** SQL for API keys. */
@Mapper
interface ApiKeyMapper {

  /** Every key that was not revoked, oldest first. */
  List<KeyRow> findValid();

  /** Keys after the cursor, by id, revoked ones included; unless all, only within the accounts. */
  List<KeyRow> findPage(
      @Param("cursor") String cursor,
      @Param("all") boolean all,
      @Param("accounts") String accounts,
      @Param("rows") int rows);

  Optional<KeyRow> find(@Param("id") String id);

  /** Scopes and accounts are comma-separated. */
  void insert(
      @Param("id") String id,
      @Param("name") String name,
      @Param("keyHash") byte[] keyHash,
      @Param("scopes") String scopes,
      @Param("accounts") String accounts);

  /** 0 if it was revoked before. */
  int revoke(@Param("id") String id);

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
