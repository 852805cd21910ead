package io.hongyan.gateway.people;

import java.util.List;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.jspecify.annotations.Nullable;

/** SQL that ends a person's messages and overwrites what is stored about them. */
@Mapper
interface ErasureMapper {

  /**
   * Waits for retries in the account and keeps new ones out until the transaction ends, so that
   * none copies the person from a batch that was already looked at.
   */
  void lockRetriesOut(@Param("account") String account);

  /** Ids of the account's batches with this person, ascending. */
  List<Long> findBatches(@Param("account") String account, @Param("openid") String openid);

  /** Locks the progress rows in id order, as every recorder of outcomes does. */
  List<Long> lockProgress(@Param("batches") List<Long> batches);

  /** Keeps senders from starting the person's open messages until the transaction ends. */
  int lockStarts(
      @Param("batches") List<Long> batches,
      @Param("openid") String openid,
      @Param("worker") String worker);

  /** Records the person's messages that were surely never sent as cancelled, and counts them. */
  int cancelOpenMessages(
      @Param("batches") List<Long> batches,
      @Param("openid") String openid,
      @Param("erased") String erased,
      @Param("worker") String worker);

  /**
   * The batches of the person's messages that may be at WeChat now, started and without an outcome:
   * one id a message.
   */
  List<Long> findInFlight(@Param("batches") List<Long> batches, @Param("openid") String openid);

  int eraseSuccesses(
      @Param("batches") List<Long> batches,
      @Param("openid") String openid,
      @Param("erased") String erased);

  int eraseFailures(
      @Param("batches") List<Long> batches,
      @Param("openid") String openid,
      @Param("erased") String erased);

  /** Overwrites what WeChat said of the person's attempts, which may quote their message. */
  int eraseAttempts(
      @Param("batches") List<Long> batches,
      @Param("openid") String openid,
      @Param("erased") String erased);

  /** Last of the batch tables: the others find the person's messages through it. */
  int eraseRecipients(
      @Param("batches") List<Long> batches,
      @Param("openid") String openid,
      @Param("erased") String erased);

  int eraseRejections(
      @Param("account") String account,
      @Param("openid") String openid,
      @Param("erased") String erased);

  /** Stored answers of the account's batches in which the openid occurs as text. */
  List<AnswerRow> findAnswers(@Param("account") String account, @Param("openid") String openid);

  int updateAnswer(
      @Param("apiKeyId") String apiKeyId, @Param("key") String key, @Param("response") byte[] body);

  /** Dead letters of the account, or of none, in whose body the openid occurs as text. */
  List<DeadLetterRow> findDeadLetters(
      @Param("account") String account, @Param("openid") String openid);

  int emptyDeadLetter(@Param("id") long id);

  /** Forgets that the person follows the account, until a sync finds them again; 0 or 1. */
  int deleteFollower(@Param("account") String account, @Param("openid") String openid);

  /** Returns how many tags the person had. */
  int deleteFollowerTags(@Param("account") String account, @Param("openid") String openid);

  /** Deletes what was noted for the daily cap; returns how many rows. */
  int deletePersonDays(@Param("account") String account, @Param("openid") String openid);

  /** Takes away every tester with this openid; 0 if the account has none, else 1. */
  int deleteTesters(@Param("account") String account, @Param("openid") String openid);

  /**
   * Ids of the batches with a message of an erased person that has no outcome and whose end is due:
   * no attempt is open any more, or one has been for longer than a message may be in doubt.
   *
   * @param batches where to look; null = everywhere
   */
  List<Long> findUnended(
      @Param("erased") String erased,
      @Param("doubtSeconds") double doubtSeconds,
      @Param("batches") @Nullable List<Long> batches);

  /**
   * Records messages of erased people as uncertain whose attempt has been open for longer than a
   * message may be in doubt, and counts them.
   */
  int endDoubtfulMessages(
      @Param("batch") long batch,
      @Param("erased") String erased,
      @Param("doubtSeconds") double doubtSeconds,
      @Param("worker") String worker);

  /**
   * Overwrites outcomes that were recorded after their person was erased, because the message was
   * at WeChat then. Returns how many.
   */
  int eraseLateSuccesses(@Param("erased") String erased);

  /** As {@link #eraseLateSuccesses}, for failures. */
  int eraseLateFailures(@Param("erased") String erased);

  /** As {@link #eraseLateSuccesses}, for what WeChat said of attempts. */
  int eraseLateAttempts(@Param("erased") String erased);

  /** Remembers by a hash that the person was erased, for what is on its way; forgets old ones. */
  int remember(@Param("account") String account, @Param("openid") String openid);

  /** Deletes what the person wrote and did; returns how many rows. */
  int deleteCallbacks(@Param("account") String account, @Param("openid") String openid);

  /** Overwrites the openid of receipts, whose messages are counted by them; returns how many. */
  int eraseReceipts(
      @Param("account") String account,
      @Param("openid") String openid,
      @Param("erased") String erased);

  /** One row of {@code idempotency}. */
  record AnswerRow(String apiKeyId, String key, byte[] response) {}

  /** One row of {@code dead_letter}. */
  record DeadLetterRow(Long id, byte[] body) {}
}
