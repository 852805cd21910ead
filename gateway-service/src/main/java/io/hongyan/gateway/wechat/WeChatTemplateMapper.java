package io.hongyan.gateway.wechat;

import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.jspecify.annotations.Nullable;

/** SQL for {@code wechat_template}, which the sender's sync writes. */
@Mapper
interface WeChatTemplateMapper {

  /** The account's templates at WeChat after the cursor, by WeChat's id. */
  List<WeChatTemplateRow> findPage(
      @Param("account") String account, @Param("cursor") String cursor, @Param("rows") int rows);

  /**
   * One row.
   *
   * @param usedBy ids of our templates, comma-separated; null = none
   */
  record WeChatTemplateRow(
      String wechatTemplateId,
      String title,
      String content,
      String example,
      String primaryIndustry,
      String deputyIndustry,
      @Nullable String usedBy,
      Instant seenAt) {}
}
