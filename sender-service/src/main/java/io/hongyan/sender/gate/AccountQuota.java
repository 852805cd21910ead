package io.hongyan.sender.gate;

import io.hongyan.sender.wechat.AccountCalls.QuotaReply;
import io.hongyan.sender.wechat.AccountCalls.Rate;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.jspecify.annotations.Nullable;

/** WeChat's counter of each account's sends, as last read, for everybody to see. */
@Mapper
public interface AccountQuota {

  /** Keeps what WeChat said at that moment, in the place of the reading before. */
  default Reading store(String account, QuotaReply quota, Instant readAt) {
    Rate rate = quota.rate();
    Reading reading =
        new Reading(
            quota.dailyLimit(),
            quota.used(),
            quota.remain(),
            rate == null ? null : rate.callCount(),
            rate == null ? null : rate.refreshSeconds(),
            readAt.atOffset(ZoneOffset.UTC));
    replace(account, reading);
    return reading;
  }

  /** The last reading; empty if the counter was never read. */
  @Select(
      """
      select daily_limit, used, remain, call_count, refresh_seconds, read_at
      from account_quota where account_id = #{account}""")
  Optional<Reading> find(@Param("account") String account);

  /** See {@link #store}. */
  @Update(
      """
      insert into account_quota (account_id, daily_limit, used, remain, call_count, refresh_seconds, read_at)
      values (#{account}, #{reading.dailyLimit}, #{reading.used}, #{reading.remain}, #{reading.callCount},
              #{reading.refreshSeconds}, #{reading.readAt})
      on conflict (account_id) do update
      set daily_limit = excluded.daily_limit, used = excluded.used, remain = excluded.remain,
          call_count = excluded.call_count, refresh_seconds = excluded.refresh_seconds, read_at = excluded.read_at""")
  void replace(@Param("account") String account, @Param("reading") Reading reading);

  /**
   * The counter at a moment.
   *
   * @param callCount calls that WeChat allows in {@code refreshSeconds}; null where it does not say
   */
  record Reading(
      Long dailyLimit,
      Long used,
      Long remain,
      @Nullable Long callCount,
      @Nullable Long refreshSeconds,
      OffsetDateTime readAt) {}
}
