package io.hongyan.gateway.callback;

import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.jspecify.annotations.Nullable;

/** SQL for {@code account_callback}. */
@Mapper
interface CallbackMapper {

  /** Every account's keys, disabled accounts included: receipts for what they sent still come. */
  List<KeysRow> findKeys();

  Optional<CallbackRow> find(@Param("account") String account);

  /** Keeps others from changing the account's callback, made or not, until the transaction ends. */
  Optional<String> lockAccount(@Param("account") String account);

  /** Stores the whole row in place of the one that is there. */
  void put(@Param("row") NewRow row);

  /** 0 if there is none. */
  int delete(@Param("account") String account);

  /** What is stored of an account's callback. */
  record NewRow(
      String accountId,
      String mode,
      byte[] token,
      byte @Nullable [] aesKey,
      @Nullable String replyUrl,
      byte @Nullable [] replySecret) {}

  /** What a request is verified and decrypted with; secrets as they are at rest. */
  record KeysRow(
      String accountId, String appId, String mode, byte[] token, byte @Nullable [] aesKey) {}
}
