package io.hongyan.gateway.wechat;

import io.hongyan.gateway.audit.AuditLog;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.senders.SenderProblems;
import io.hongyan.gateway.web.ProblemException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * Notes in the audit log what was asked of WeChat, once it is done. What may have been done
 * although the call failed is noted too, as {@code "outcome": "unknown"}; what WeChat refused is
 * not.
 */
@Component
class AuditedChanges {

  private final AuditLog audit;

  AuditedChanges(AuditLog audit) {
    this.audit = audit;
  }

  /** Makes the change, then notes it with its outcome. */
  <T> T make(Change change, Supplier<T> call, Function<T, Map<String, ?>> outcome) {
    T done;
    try {
      done = call.get();
    } catch (ProblemException problem) {
      if (SenderProblems.leaveDoubt(problem)) {
        note(change, Map.of("outcome", "unknown"));
      }
      throw problem;
    }
    note(change, outcome.apply(done));
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

  /** Notes what is done. */
  void note(Change change, Map<String, ?> outcome) {
    Map<String, Object> detail = new LinkedHashMap<>(change.asked());
    detail.putAll(outcome);
    audit.record(change.by().id(), change.action(), subject(change.account()), detail);
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
