package io.hongyan.sender.consume;

import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code dead_letter}, and finds what the database knows of a message whose body is
 * unreadable.
 */
@Mapper
interface DeadLetterMapper {

  /** Keeps one dead message; {@code headers} is JSON. */
  void insert(
      @Param("reason") String reason,
      @Param("routingKey") String routingKey,
      @Param("messageId") @Nullable String messageId,
      @Param("headers") String headers,
      @Param("body") byte[] body);

  /** The recipient, or null if there is none. */
  @Nullable RecipientRow findRecipient(@Param("batchId") long batchId, @Param("seq") int seq);

  /** A recipient and its batch; {@code data} is JSON. */
  record RecipientRow(
      String accountId,
      String templateId,
      String wechatTemplateId,
      String openid,
      @Nullable String ref,
      String data) {}
}
