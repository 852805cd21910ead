package io.hongyan.gateway.wechat;

import io.hongyan.gateway.audit.AuditLog;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.senders.SenderProblems;
import io.hongyan.gateway.web.ProblemException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Notes in the audit log what is asked of WeChat before it is asked, so that nothing is done
 * unnoted, and then how it ended: {@code "outcome": "not done"} for what was refused, {@code
 * "unknown"} for what may have been done although the call failed. {@code "asked"} stays only if
 * the end could not be noted.
 */
@Component
class AuditedChanges {

  private static final Logger log = LoggerFactory.getLogger(AuditedChanges.class);
  private static final String OUTCOME = "outcome";

  private final AuditLog audit;

  AuditedChanges(AuditLog audit) {
    this.audit = audit;
  }

  /** Makes the change and notes its outcome. */
  <T> T make(Change change, Supplier<T> call, Function<T, Map<String, ?>> outcome) {
    long entry = note(change, Map.of(OUTCOME, "asked"));
    T done;
    try {
      done = call.get();
    } catch (ProblemException problem) {
      complete(
          entry,
          change,
          Map.of(OUTCOME, SenderProblems.leaveDoubt(problem) ? "unknown" : "not done"));
      throw problem;
    }
    complete(entry, change, outcome.apply(done));
    return done;
  }

  /** As above, where there is nothing more to say than that it is done. */
  void make(Change change, Runnable call) {
    this.<Map<String, ?>>make(
        change,
        () -> {
          call.run();
          return Map.of();
        },
        done -> done);
  }

  /** Notes what is done; returns the entry's id. */
  long note(Change change, Map<String, ?> outcome) {
    return audit.record(
        change.by().id(), change.action(), subject(change.account()), detail(change, outcome));
  }

  private void complete(long entry, Change change, Map<String, ?> outcome) {
    try {
      audit.complete(entry, detail(change, outcome));
    } catch (DataAccessException | TransactionException e) {
      // An answer that it failed would make callers do it twice.
      log.warn(
          "outcome of a change not noted account={} action={} outcome={} cause={}",
          change.account(),
          change.action(),
          outcome,
          e.toString());
    }
  }

  private static Map<String, Object> detail(Change change, Map<String, ?> outcome) {
    Map<String, Object> detail = new LinkedHashMap<>(change.asked());
    detail.putAll(outcome);
    return detail;
  }

  /** How the audit log calls an account. */
  static String subject(String account) {
    return "account/" + account;
  }

  /**
   * What somebody wants of WeChat.
   *
   * @param action as the audit log calls it, e.g. {@code industry.set}
   * @param asked what goes into its detail; no secret and no openid
   */
  record Change(ApiKey by, String account, String action, Map<String, ?> asked) {}
}
