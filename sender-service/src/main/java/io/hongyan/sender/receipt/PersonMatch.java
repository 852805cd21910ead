package io.hongyan.sender.receipt;

import io.hongyan.common.callback.DeliveryReceipt;
import io.hongyan.common.message.MessageId;
import io.hongyan.sender.receipt.ReceiptMapper.CandidateRow;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the message of a receipt that does not name it, among those that went to its person shortly
 * before: WeChat may say 0 for the id of a message that was sent with a {@code client_msg_id}
 * (wechat-api 0.6). Decides for one message only if no other can be meant.
 */
final class PersonMatch {

  private static final long UNNAMED = 0;

  private final ReceiptLedger ledger;

  PersonMatch(ReceiptLedger ledger) {
    this.ledger = ledger;
  }

  /**
   * Decides, and enters it into the ledger; empty if it is not to be decided now.
   *
   * @param candidates what was sent to the person in the time before
   * @param last whether this is the last look: what has no outcome by now was not sent then
   */
  Optional<Verdict.Decided> decide(
      DeliveryReceipt receipt, List<CandidateRow> candidates, boolean last) {
    Optional<MessageId> saidBefore = findSaidBefore(receipt, candidates);
    if (saidBefore.isPresent()) {
      return Optional.of(new Verdict.Decided(Match.DUPLICATE, saidBefore.get()));
    }
    boolean underWay = candidates.stream().anyMatch(row -> !row.accepted() && !row.ended());
    if (underWay && !last) {
      return Optional.empty();
    }
    List<MessageId> fitting =
        candidates.stream()
            .filter(row -> row.accepted() && mayBeMeant(row, receipt))
            .map(CandidateRow::message)
            .toList();
    if (fitting.isEmpty()) {
      return last ? Optional.of(new Verdict.Decided(Match.NONE, null)) : Optional.empty();
    }
    // What ended as uncertain may have been accepted, and then may be the one that is meant.
    boolean uncertain = candidates.stream().anyMatch(row -> !row.accepted() && row.ended());
    if (fitting.size() == 1 && !uncertain) {
      MessageId message = fitting.getFirst();
      boolean news = ledger.put(message, MessageReceipt.certain(receipt, Match.PERSON));
      return Optional.of(new Verdict.Decided(news ? Match.PERSON : Match.DUPLICATE, message));
    }
    fitting.forEach(message -> ledger.put(message, MessageReceipt.ambiguous(receipt)));
    return Optional.of(new Verdict.Decided(Match.AMBIGUOUS, null));
  }

  /** The message that was matched by a receipt of which this one is WeChat's repeat. */
  private Optional<MessageId> findSaidBefore(
      DeliveryReceipt receipt, List<CandidateRow> candidates) {
    return candidates.stream()
        .filter(CandidateRow::accepted)
        .map(CandidateRow::message)
        .filter(message -> isFrom(ledger.find(message), receipt))
        .findFirst();
  }

  private static boolean isFrom(@Nullable MessageReceipt known, DeliveryReceipt receipt) {
    return known != null && known.isCertain() && known.isBy(Match.PERSON) && known.isFrom(receipt);
  }

  private boolean mayBeMeant(CandidateRow row, DeliveryReceipt receipt) {
    Long msgid = row.msgid();
    if (receipt.msgid() != UNNAMED && msgid != null && msgid != UNNAMED) {
      return false; // each has its name, and they differ
    }
    MessageReceipt known = ledger.find(row.message());
    if (known == null || !known.isCertain()) {
      return true;
    }
    return known.isBy(Match.PERSON) && known.finishedAt().equals(receipt.finishedAt());
  }
}
