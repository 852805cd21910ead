package io.hongyan.chaos.audit;

import io.hongyan.chaos.load.AcceptedBatch;
import io.hongyan.chaos.load.Recipients;
import java.util.BitSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The books of one accepted batch: what the tables and the simulator say of each of its messages,
 * held against the recipients that were submitted. A few bits a message.
 */
final class BatchLedger {

  /** The class that may always happen: nobody can know whether WeChat has it. */
  static final String UNCERTAIN = "uncertain";

  /** What a recipient ends with that WeChat refuses for good. */
  private static final String REFUSED = "recipient";

  private final AcceptedBatch batch;
  private final Recipients recipients;
  private final long row;
  private final Set<String> allowedClasses;
  private final Findings findings;

  /** The recipient's number at each seq; 0 = no such seq. */
  private final int[] numbers;

  private final BitSet recorded;
  private final BitSet succeeded;
  private final BitSet uncertain;
  private final BitSet taken;
  private final BitSet repeated;
  private final Map<String, Integer> failures = new TreeMap<>();
  private int successRows;
  private int failureRows;
  private int tolerated;

  BatchLedger(AcceptedBatch batch, Set<String> allowedClasses, Findings findings) {
    this.batch = batch;
    this.recipients = batch.recipients();
    this.row = MessageIds.batchRow(batch.batchId());
    this.allowedClasses = allowedClasses;
    this.findings = findings;
    int size = recipients.count() + 1;
    this.numbers = new int[size];
    this.recorded = new BitSet(size);
    this.succeeded = new BitSet(size);
    this.uncertain = new BitSet(size);
    this.taken = new BitSet(size);
    this.repeated = new BitSet(size);
  }

  /** A row of {@code recipient}. */
  void enterRecipient(int seq, String ref) {
    int number = recipients.numberOf(ref);
    if (number == 0 || seq < 1 || seq >= numbers.length) {
      findings.add(Finding.STRANGER, "recipient %s, ref %s".formatted(message(seq), ref));
    } else {
      numbers[seq] = number;
    }
  }

  /**
   * A row of {@code send_success} or {@code send_failed}.
   *
   * @param failureClass null = a success
   */
  void enterOutcome(int seq, String ref, @Nullable String failureClass) {
    if (failureClass == null) {
      successRows++;
    } else {
      failureRows++;
      failures.merge(failureClass, 1, Integer::sum);
    }
    int number = recipients.numberOf(ref);
    if (number == 0 || numberAt(seq) != number) {
      findings.add(
          Finding.STRANGER,
          "outcome %s, ref %s is not its recipient's".formatted(message(seq), ref));
      return;
    }
    if (recorded.get(number)) {
      findings.add(Finding.DOUBLED, "%s, ref %s".formatted(message(seq), ref));
    }
    recorded.set(number);
    if (failureClass == null) {
      succeeded.set(seq);
    } else {
      uncertain.set(seq, failureClass.equals(UNCERTAIN));
      checkFailure(seq, number, failureClass);
    }
  }

  private void checkFailure(int seq, int number, String failureClass) {
    boolean expected =
        failureClass.equals(UNCERTAIN)
            || allowedClasses.contains(failureClass)
            || (recipients.isRefused(number) && failureClass.equals(REFUSED));
    if (allowedClasses.contains(failureClass)) {
      tolerated++;
    }
    if (!expected) {
      findings.add(Finding.WRONG_FAILURE, "%s, class %s".formatted(message(seq), failureClass));
    }
  }

  /** A message that the simulator accepted. */
  void enterAccepted(int seq, AcceptedMessages.Accepted message) {
    int number = numberAt(seq);
    if (number == 0 || !recipients.openid(number).equals(message.openid())) {
      findings.add(
          Finding.STRANGER,
          "WeChat got %s for %s, which is not its recipient"
              .formatted(message(seq), message.openid()));
      return;
    }
    if (!message.appId().equals(batch.account().appId())
        || !message.thing().equals(recipients.thing(number))) {
      findings.add(
          Finding.STRANGER,
          "WeChat got %s from %s with '%s', which is another account's or another recipient's"
              .formatted(message(seq), message.appId(), message.thing()));
    }
    if (taken.get(seq) && !repeated.get(seq)) {
      repeated.set(seq);
      findings.add(Finding.REPEATED, message(seq));
    }
    taken.set(seq);
  }

  private int numberAt(int seq) {
    return seq > 0 && seq < numbers.length ? numbers[seq] : 0;
  }

  /** What can only be told when everything has been entered. */
  void close() {
    addLost();
    BitSet unrecorded = copy(taken);
    unrecorded.andNot(succeeded);
    unrecorded.andNot(uncertain);
    unrecorded.stream().forEach(seq -> findings.add(Finding.UNRECORDED, message(seq)));
    BitSet falseSuccess = copy(succeeded);
    falseSuccess.andNot(taken);
    falseSuccess.stream().forEach(seq -> findings.add(Finding.FALSE_SUCCESS, message(seq)));
  }

  private void addLost() {
    BitSet lost = new BitSet(numbers.length);
    lost.set(1, numbers.length);
    lost.andNot(recorded);
    for (int seq = 1; seq < numbers.length; seq++) {
      int number = numbers[seq];
      if (lost.get(number)) {
        lost.clear(number);
        findings.add(Finding.LOST, "%s, ref %s".formatted(message(seq), recipients.ref(number)));
      }
    }
    lost.stream()
        .forEach(
            number ->
                findings.add(
                    Finding.LOST,
                    "%s, ref %s, not even in recipient"
                        .formatted(batch.batchId(), recipients.ref(number))));
  }

  private static BitSet copy(BitSet bits) {
    BitSet copy = new BitSet();
    copy.or(bits);
    return copy;
  }

  private String message(int seq) {
    return MessageIds.message(row, seq);
  }

  AcceptedBatch batch() {
    return batch;
  }

  int successRows() {
    return successRows;
  }

  int failureRows() {
    return failureRows;
  }

  /** Rows of {@code send_failed} whose class is allowed for the round's sake. */
  int toleratedRows() {
    return tolerated;
  }

  /** Classes in {@code send_failed} and how many rows each has. */
  Map<String, Integer> failuresByClass() {
    return failures;
  }

  /** Rows of {@code send_failed} with this class. */
  int failureRows(String failureClass) {
    return failures.getOrDefault(failureClass, 0);
  }
}
