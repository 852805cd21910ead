package io.hongyan.gateway.inbox;

import io.hongyan.gateway.audit.AuditLog;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Erases a person by uid: copies, messages, places in segments, and that the person was ever there.
 * What was found for them and is not written yet, and messages of batches that were accepted
 * before, come no more. May be repeated. Who shows up again is a newcomer.
 */
@Component
class InboxErasure {

  private final InboxErasureMapper mapper;
  private final SyncTimes times;
  private final AuditLog audit;
  private final TransactionOperations transactions;

  InboxErasure(
      InboxErasureMapper mapper,
      SyncTimes times,
      AuditLog audit,
      TransactionOperations transactions) {
    this.mapper = mapper;
    this.times = times;
    this.audit = audit;
    this.transactions = transactions;
  }

  /** Erases the person in one transaction, audit row included. */
  Erased erase(String actor, String uid) {
    Erased erased =
        transactions.execute(
            transaction -> {
              // Whoever uploads a segment may take long: not with all writers behind us.
              int segments = leaveSegments(uid);
              mapper.lockWritersOut();
              mapper.deleteUser(uid);
              Erased counts =
                  new Erased(mapper.deleteCopies(uid), mapper.deleteMessages(uid), segments);
              // Last, for what is found up to the commit is found with what was erased.
              mapper.remember(uid);
              audit.record(actor, "inbox.erase", "uid/" + AuditLog.pseudonym(uid), counts.detail());
              return counts;
            });
    if (erased == null) {
      throw new IllegalStateException("a transaction gave no result");
    }
    times.forget(uid);
    return erased;
  }

  private int leaveSegments(String uid) {
    Long[] versions = mapper.findMemberships(uid).toArray(Long[]::new);
    // As whoever uploads a segment: the segment before its members.
    mapper.lockSegments(versions);
    return mapper.deleteMemberships(uid, versions);
  }

  /**
   * What was erased.
   *
   * @param announcements copies of announcements
   * @param messages what WeChat could not bring
   * @param segments versions of segments that the person was in
   */
  record Erased(int announcements, int messages, int segments) {

    private Map<String, Integer> detail() {
      return Map.of("announcements", announcements, "messages", messages, "segments", segments);
    }
  }
}
