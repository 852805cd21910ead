package io.hongyan.gateway.callback;

import io.hongyan.common.message.ConfigEvent;
import io.hongyan.gateway.audit.AuditLog;
import io.hongyan.gateway.config.ConfigEvents;
import io.hongyan.gateway.web.ProblemException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Changes rules: row and audit row in one transaction, then every running gateway is told. All of
 * it may be repeated.
 */
@Component
class AutoReplyChanges {

  // Each message is held against all of them, and all of them are in memory.
  private static final int MOST_RULES = 1_000;

  private final AutoReplyMapper mapper;
  private final TransactionOperations transactions;
  private final AuditLog audit;
  private final ConfigEvents events;

  AutoReplyChanges(
      AutoReplyMapper mapper,
      TransactionOperations transactions,
      AuditLog audit,
      ConfigEvents events) {
    this.mapper = mapper;
    this.transactions = transactions;
    this.audit = audit;
    this.events = events;
  }

  /** Stores the rule; true if it is new. Answers 422 if the account has too many. */
  boolean put(String actor, NewRule rule) {
    boolean created =
        Boolean.TRUE.equals(
            transactions.execute(
                transaction -> {
                  ProblemException.requireValid(
                      mapper.countOthers(rule.accountId(), rule.id()) < MOST_RULES,
                      "account '%s' has %,d auto-replies; delete one first"
                          .formatted(rule.accountId(), MOST_RULES));
                  boolean isNew = mapper.put(rule);
                  audit.record(
                      actor, "auto-reply.put", subject(rule.accountId(), rule.id()), detail(rule));
                  return isNew;
                }));
    tell(rule.accountId());
    return created;
  }

  private static Map<String, Object> detail(NewRule rule) {
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("on", rule.occasion());
    if (rule.match() != null && rule.pattern() != null) {
      detail.put("match", rule.match());
      detail.put("pattern", rule.pattern());
    }
    detail.put("position", rule.position());
    detail.put("reply", rule.reply());
    detail.put("enabled", rule.enabled());
    return detail;
  }

  /** Deletes the rule; false if there is none. */
  boolean delete(String actor, String account, String id) {
    boolean deleted =
        Boolean.TRUE.equals(
            transactions.execute(
                transaction -> {
                  if (mapper.delete(account, id) == 0) {
                    return false;
                  }
                  audit.record(actor, "auto-reply.delete", subject(account, id), Map.of());
                  return true;
                }));
    if (deleted) {
      tell(account);
    }
    return deleted;
  }

  private void tell(String account) {
    events.publish(new ConfigEvent(ConfigEvent.Kind.ACCOUNT, account));
  }

  private static String subject(String account, String id) {
    return "auto-reply/%s/%s".formatted(account, id);
  }
}
