package io.hongyan.simulator.message;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Everything accepted so far, and the one place that decides whether a send is a repeat. Each
 * message costs its packed content and about 80 bytes of indexes. Thread-safe.
 */
public final class MessageLog {

  private final Object lock = new Object();
  private long msgidBase;
  private Ledger ledger = new Ledger();

  /**
   * @param startedAt makes msgids differ from an earlier run's: they are this moment in
   *     milliseconds, shifted by 21 bits, plus the message's number, and so lie above 2^53
   */
  public MessageLog(Instant startedAt) {
    this.msgidBase = startedAt.toEpochMilli() << 21;
  }

  /** Notes that a send with this id has come in, whatever becomes of it. */
  public void noteAsked(String clientMsgId) {
    synchronized (lock) {
      ledger.noteAsked(clientMsgId);
    }
  }

  /**
   * Takes the message, unless the same account has accepted the same openid and {@code
   * client_msg_id} less than {@code window} before.
   */
  public Acceptance accept(Submission submission, Instant at, Duration window) {
    long nowMillis = at.toEpochMilli();
    synchronized (lock) {
      int earlier = ledger.suppress(submission, nowMillis, window);
      return earlier >= 0
          ? new Acceptance(msgidBase + earlier, true)
          : new Acceptance(msgidBase + ledger.append(submission, nowMillis), false);
    }
  }

  /** The messages asked for; they are unpacked outside the lock, so sends hardly wait for it. */
  public MessagePage find(MessageQuery query) {
    Ledger searched;
    MessageScan scan;
    synchronized (lock) {
      searched = ledger;
      scan = new MessageScan(query, msgidBase);
    }
    int from = query.after();
    while (!scan.isComplete()) {
      List<Located> located;
      synchronized (lock) {
        located = searched.locate(query, from);
      }
      if (located.isEmpty()) {
        break;
      }
      located.forEach(scan::visit);
      from = located.getLast().index() + 1;
    }
    return scan.page();
  }

  public MessageCounts counts() {
    synchronized (lock) {
      return ledger.counts();
    }
  }

  /** Forgets messages and counts; msgids go on, so that none is ever given twice. */
  public void reset() {
    synchronized (lock) {
      msgidBase += ledger.size();
      ledger.close();
      ledger = new Ledger();
    }
  }
}
