package io.hongyan.sender.receipt;

import io.hongyan.common.callback.DeliveryReceipt;
import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.jspecify.annotations.Nullable;

/** The statements of {@link ReceiptTransaction}. */
@Mapper
interface ReceiptMapper {

  /** Ids of those receipts that are stored already. */
  List<Long> findStored(@Param("rows") ReceiptColumns rows);

  /** The messages that WeChat accepted under these ids of its own, none of which is 0. */
  List<MsgidRow> findByMsgid(@Param("accounts") String[] accounts, @Param("msgids") long[] msgids);

  /**
   * What was sent to the persons of these receipts in the time before them, or may have been: their
   * place in the arrays, from 1, and a message.
   */
  List<CandidateRow> findCandidates(
      @Param("rows") ReceiptColumns rows, @Param("windowMillis") long windowMillis);

  /** Locks the batches' counters in id order, as every recorder of outcomes does. */
  List<Long> lockProgress(@Param("batchIds") long[] batchIds);

  /** What receipts have said of these messages. */
  List<ReceiptRow> findReceipts(@Param("batchIds") long[] batchIds, @Param("seqs") int[] seqs);

  /** Writes what receipts say now; the caller has decided what takes the place of what. */
  void putReceipts(
      @Param("batchIds") long[] batchIds,
      @Param("seqs") int[] seqs,
      @Param("states") String[] states,
      @Param("statuses") String[] statuses,
      @Param("finishedAt") String[] finishedAt,
      @Param("matchedBy") String[] matchedBy);

  /** Adds to the batches' counters; the counter is a {@link ReceiptState}'s text. */
  void addProgress(
      @Param("batchIds") long[] batchIds,
      @Param("counters") String[] counters,
      @Param("deltas") int[] deltas);

  /** Stores receipts, in the order of their keys; returns the ids of those that were not there. */
  List<Long> insert(@Param("rows") ReceiptColumns rows, @Param("verdicts") VerdictColumns verdicts);

  /**
   * Locks receipts whose message is to be looked for, those longest overdue first and none that
   * another sender is looking at.
   *
   * @param since received at this time or later
   */
  List<OpenRow> claimOpen(
      @Param("since") Instant since,
      @Param("settleMillis") long settleMillis,
      @Param("rows") int rows);

  /** Notes what a look gave; the openid is overwritten where the message's person was erased. */
  void noteLook(@Param("rows") ReceiptColumns rows, @Param("verdicts") VerdictColumns verdicts);

  /**
   * A message that was accepted under that id.
   *
   * @param erased whether its person has been erased since
   */
  record MsgidRow(
      String accountId, Long msgid, Long batchId, Integer seq, String openid, Boolean erased) {

    /** Whether the receipt is about the message: what names another person proves nothing. */
    boolean isOf(DeliveryReceipt receipt) {
      return erased || openid.equals(receipt.openid());
    }

    MessageId message() {
      return new MessageId(new BatchId(batchId), seq);
    }
  }

  /**
   * A message to the person of a receipt.
   *
   * @param place the receipt's, from 1
   * @param accepted whether WeChat accepted it
   * @param msgid under which id; null where it gave none, or has not accepted it
   * @param ended whether there is an outcome; without one and not accepted it is still under way
   */
  record CandidateRow(
      Integer place,
      Long batchId,
      Integer seq,
      Boolean accepted,
      @Nullable Long msgid,
      Boolean ended) {
    MessageId message() {
      return new MessageId(new BatchId(batchId), seq);
    }
  }

  /** One row of {@code message_receipt}. */
  record ReceiptRow(
      Long batchId,
      Integer seq,
      String state,
      String status,
      Instant finishedAt,
      String matchedBy) {
    MessageId message() {
      return new MessageId(new BatchId(batchId), seq);
    }

    MessageReceipt receipt() {
      return new MessageReceipt(
          ReceiptState.ofText(state),
          status,
          finishedAt,
          matchedBy.equals(Match.MSGID.text()) ? Match.MSGID : Match.PERSON);
    }
  }

  /** One open row of {@code delivery_receipt}. */
  record OpenRow(
      Long id,
      Instant receivedAt,
      String accountId,
      String openid,
      Long msgid,
      String status,
      Instant finishedAt,
      Integer looked,
      Boolean settled) {
    OpenReceipt open() {
      return new OpenReceipt(
          new DeliveryReceipt(id, receivedAt, accountId, openid, msgid, status, finishedAt),
          looked,
          settled);
    }
  }
}
