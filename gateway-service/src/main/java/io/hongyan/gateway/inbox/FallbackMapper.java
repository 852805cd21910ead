package io.hongyan.gateway.inbox;

import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.jspecify.annotations.Nullable;

/** SQL for messages that are left in the inbox because WeChat could not bring them. */
@Mapper
interface FallbackMapper {

  /** Takes messages that nobody else has taken, until the transaction ends; at most so many. */
  List<Taken> take(@Param("rows") int rows);

  /** Lets nobody be erased from the account until the transaction ends. */
  void lockErasuresOut(@Param("account") String account);

  /**
   * What is to be left of the messages; without those of people who were erased, and those that
   * arrived after all.
   */
  List<Undelivered> findContent(@Param("batchIds") Long[] batchIds, @Param("seqs") Integer[] seqs);

  /** Leaves it in the inbox; 0 if it is there. */
  int insert(
      @Param("id") long id,
      @Param("it") Undelivered it,
      @Param("body") String body,
      @Param("now") Instant now);

  /** A message that was taken. */
  record Taken(long batchId, int seq, String accountId) {}

  /**
   * A message that a person could not get.
   *
   * @param title the template's
   * @param content the template's
   * @param data the fields' values, as a JSON object
   */
  record Undelivered(
      long batchId,
      int seq,
      String uid,
      String accountId,
      String title,
      String content,
      @Nullable String url,
      String data) {}
}
