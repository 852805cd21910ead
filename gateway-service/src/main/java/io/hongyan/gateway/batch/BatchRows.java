package io.hongyan.gateway.batch;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.PushMessage.MiniProgram;
import io.hongyan.gateway.account.Template;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Inserts the rows that make an intake's recipients a batch: the batch and its progress. */
final class BatchRows {

  private BatchRows() {}

  /**
   * Inserts both rows in the connection's transaction.
   *
   * @param createdBy the API key's id
   * @param schedule the run of a schedule that made it; null if somebody did
   */
  static void insert(
      Connection connection,
      BatchId id,
      BatchState state,
      BatchSettings settings,
      Template template,
      Counted counted,
      String createdBy,
      @Nullable ScheduleRun schedule,
      Instant now)
      throws SQLException {
    MiniProgram miniprogram = settings.miniprogram();
    Integer rate = settings.ratePerSecond();
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            with new_batch as (
              insert into batch (id, account_id, template_id, wechat_template_id, state, priority, total, rejected,
                url, miniprogram_appid, miniprogram_pagepath, send_at, expire_at, rate_per_second, created_by, created_at,
                audience, audience_data, schedule_id, fallback)
              values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?, ?)
              returning id)
            insert into batch_progress (batch_id) select id from new_batch
            """)) {
      insert.setLong(1, id.value());
      insert.setString(2, template.accountId());
      insert.setString(3, template.id());
      insert.setString(4, template.wechatTemplateId());
      insert.setString(5, state.text());
      insert.setString(6, settings.lane().priority());
      insert.setObject(7, counted.total(), Types.INTEGER);
      insert.setInt(8, counted.rejected());
      insert.setString(9, settings.url());
      insert.setString(10, miniprogram == null ? null : miniprogram.appid());
      insert.setString(11, miniprogram == null ? null : miniprogram.pagepath());
      insert.setTimestamp(12, timestamp(settings.sendAt()));
      insert.setTimestamp(13, timestamp(settings.expireAt()));
      insert.setObject(14, rate, Types.INTEGER);
      insert.setString(15, createdBy);
      insert.setTimestamp(16, Timestamp.from(now));
      insert.setString(17, counted.audience());
      insert.setString(18, counted.audienceData());
      insert.setString(19, schedule == null ? null : schedule.scheduleId());
      insert.setString(20, settings.inboxFallback() ? "inbox" : null);
      insert.executeUpdate();
    }
  }

  /**
   * Whom the batch is for.
   *
   * @param total accepted recipients; null for an audience
   * @param audience as JSON; null where there are recipients
   * @param audienceData the content of the audience; null where there are recipients
   */
  record Counted(
      @Nullable Integer total,
      int rejected,
      @Nullable String audience,
      @Nullable String audienceData) {}

  private static @Nullable Timestamp timestamp(@Nullable Instant moment) {
    return moment == null ? null : Timestamp.from(moment);
  }
}
