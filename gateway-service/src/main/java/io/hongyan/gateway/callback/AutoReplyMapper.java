package io.hongyan.gateway.callback;

import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;

/** SQL for {@code auto_reply}, and who is asked where no rule answers. */
@Mapper
interface AutoReplyMapper {

  /** Every enabled rule, by account, position and id. */
  List<AutoReplyRow> findEnabled();

  /** Who answers what no rule does. */
  List<ReplyTargetRow> findTargets();

  Optional<AutoReplyRow> find(@Param("account") String account, @Param("id") String id);

  /** The account's rules after the cursor, by id. */
  List<AutoReplyRow> findPage(
      @Param("account") String account, @Param("cursor") String cursor, @Param("rows") int rows);

  /** How many rules the account has, this one left out. */
  int countOthers(@Param("account") String account, @Param("id") String id);

  /** Stores the rule; true if it is new. */
  boolean put(@Param("rule") NewRule rule);

  /** 0 if there is none. */
  int delete(@Param("account") String account, @Param("id") String id);

  /**
   * A row of {@code account_callback} with a {@code reply_url}.
   *
   * @param replySecret as it is at rest
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record ReplyTargetRow(String accountId, String replyUrl, byte[] replySecret) {}
}
