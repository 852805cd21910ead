package io.hongyan.gateway.callback;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.jspecify.annotations.Nullable;

/** SQL for looking at what WeChat has said; newest first. */
@Mapper
interface HistoryMapper {

  /**
   * An account's receipts before the place.
   *
   * @param match null = all, {@code open} = those whose message is being looked for
   */
  List<ReceiptRow> findReceipts(
      @Param("account") String account,
      @Param("openid") @Nullable String openid,
      @Param("match") @Nullable String match,
      @Param("before") HistoryPlace before,
      @Param("rows") int rows);

  /** What an account's followers wrote and did, before the place. */
  List<CallbackRow> findCallbacks(
      @Param("account") String account,
      @Param("openid") @Nullable String openid,
      @Param("before") HistoryPlace before,
      @Param("rows") int rows);

  /** One row of {@code delivery_receipt}; {@code match} is null while it is open. */
  record ReceiptRow(
      Instant receivedAt,
      Long id,
      String openid,
      Long msgid,
      String status,
      Instant finishedAt,
      @Nullable String match,
      @Nullable Long batchId,
      @Nullable Integer seq) {}

  /**
   * One row of {@code callback_log}, as the API shows it.
   *
   * @param id text, like {@code msgId}: larger than what JavaScript's numbers hold
   */
  record CallbackRow(
      Instant receivedAt,
      String id,
      String openid,
      String type,
      @Nullable String event,
      @Nullable String eventKey,
      @Nullable String msgId,
      Instant createdAt,
      String body,
      String handler,
      @JsonRawValue @Nullable String reply,
      String result,
      Integer tookMs,
      String gateway) {}
}
