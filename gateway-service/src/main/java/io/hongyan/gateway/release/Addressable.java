package io.hongyan.gateway.release;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.OutcomeClass;
import io.hongyan.gateway.batch.FailureAdvice;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Decides at the release who of a chunk is still to be written to. Who has unfollowed, or has had
 * the account's messages of the day, ends in {@code send_failed} without a call; it does not change
 * anything when a chunk is released again. Thread-safe.
 */
@Component
class Addressable {

  private static final Logger log = LoggerFactory.getLogger(Addressable.class);
  private static final String CAPPED =
      "The person has had the account's %d messages of the day (dailyCap); send it tomorrow, or raise the cap if it matters";

  private final ReleaseRules rules;
  private final DayMapper days;
  private final UnsentMessages unsent;
  private final TransactionTemplate transaction;
  private final LeaseOwner owner;

  Addressable(
      ReleaseRules rules,
      DayMapper days,
      UnsentMessages unsent,
      TransactionTemplate transaction,
      LeaseOwner owner) {
    this.rules = rules;
    this.days = days;
    this.unsent = unsent;
    this.transaction = transaction;
    this.owner = owner;
  }

  /** Those of the account's recipients that are to be published; the others are recorded. */
  List<RecipientRow> of(String account, List<RecipientRow> recipients) {
    OptionalInt cap = rules.dailyCap(account);
    List<RecipientRow> following = recipients.stream().filter(row -> !row.unsubscribed()).toList();
    if (following.size() == recipients.size() && cap.isEmpty()) {
      return recipients;
    }
    // A transaction of its own: nobody else's claims wait while messages are ended.
    List<RecipientRow> left =
        cap.isEmpty() || following.isEmpty()
            ? following
            : transaction.execute(status -> claimed(account, following, cap.getAsInt()));
    Set<RecipientRow> kept = new HashSet<>(left);
    Map<Long, List<RecipientRow>> refused =
        recipients.stream()
            .filter(row -> !kept.contains(row))
            .collect(
                Collectors.groupingBy(RecipientRow::batchId, TreeMap::new, Collectors.toList()));
    if (!refused.isEmpty()) {
      transaction.executeWithoutResult(
          status -> refused.forEach((batch, rows) -> end(batch, rows, cap)));
    }
    return left;
  }

  /** Those that count among the day's messages of their person. */
  private List<RecipientRow> claimed(String account, List<RecipientRow> rows, int cap) {
    days.lock(account);
    Set<DayMapper.Claimed> claimed =
        new HashSet<>(
            days.claim(
                account,
                rules.today(),
                cap,
                rows.stream().map(RecipientRow::openid).toArray(String[]::new),
                rows.stream().map(RecipientRow::batchId).toArray(Long[]::new),
                rows.stream().map(RecipientRow::seq).toArray(Integer[]::new)));
    return rows.stream()
        .filter(row -> claimed.contains(new DayMapper.Claimed(row.batchId(), row.seq())))
        .toList();
  }

  /** Their chunk is reserved, so a copy of each may be in a queue. */
  private void end(long batch, List<RecipientRow> rows, OptionalInt cap) {
    String worker = owner.of("release");
    unsent.lock(batch, seqs(rows, row -> true), worker);
    int unfollowed =
        unsent.end(
            batch,
            seqs(rows, RecipientRow::unsubscribed),
            OutcomeClass.RECIPIENT,
            FailureAdvice.UNSUBSCRIBED.english(),
            worker);
    int capped =
        unsent.end(
            batch,
            seqs(rows, row -> !row.unsubscribed()),
            OutcomeClass.RECIPIENT,
            CAPPED.formatted(cap.orElse(0)),
            worker);
    log.debug(
        "not written to batch_id={} unfollowed={} capped={}",
        new BatchId(batch),
        unfollowed,
        capped);
  }

  private static int[] seqs(List<RecipientRow> rows, Predicate<RecipientRow> condition) {
    return rows.stream().filter(condition).mapToInt(RecipientRow::seq).sorted().toArray();
  }
}
