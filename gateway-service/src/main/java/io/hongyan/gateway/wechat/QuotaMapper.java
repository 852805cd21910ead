package io.hongyan.gateway.wechat;

import java.time.Instant;
import java.util.Optional;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;

/** SQL for what is known of an account's quota. */
@Mapper
interface QuotaMapper {

  /** As last read; empty if it never was. */
  @Select(
      """
      select daily_limit, used, remain, call_count, refresh_seconds, read_at
      from account_quota
      where account_id = #{account}
      """)
  Optional<Quota> find(@Param("account") String account);

  /** How often the audit log has the action since then, but for what was surely not done. */
  @Select(
      """
      select count(*)
      from audit_log
      where subject = #{subject} and action = #{action} and at >= #{since}
        and detail->>'outcome' is distinct from 'not done'
      """)
  int countAudited(
      @Param("subject") String subject,
      @Param("action") String action,
      @Param("since") Instant since);
}
