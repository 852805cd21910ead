package io.hongyan.gateway.account;

import io.hongyan.common.message.ConfigEvent;
import io.hongyan.common.secret.Secret;
import io.hongyan.common.secret.SecretCipher;
import io.hongyan.gateway.account.PutTemplateRequest.TemplateSettings;
import io.hongyan.gateway.audit.AuditLog;
import io.hongyan.gateway.config.ConfigEvents;
import io.hongyan.gateway.web.ProblemException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Changes accounts and templates: row and audit row in one transaction, then every running gateway
 * and sender is told. All of it may be repeated.
 */
@Component
class AccountChanges {

  private final AccountMapper mapper;
  private final TransactionOperations transactions;
  private final AuditLog audit;
  private final ConfigEvents events;
  private final SecretCipher cipher;

  AccountChanges(
      AccountMapper mapper,
      TransactionOperations transactions,
      AuditLog audit,
      ConfigEvents events,
      MasterKeyProperties masterKey) {
    this.mapper = mapper;
    this.transactions = transactions;
    this.audit = audit;
    this.events = events;
    this.cipher = masterKey.cipher();
  }

  /** Stores the account; true if it is new. */
  boolean putAccount(String actor, AccountSettings account, @Nullable Secret appSecret) {
    boolean created =
        Boolean.TRUE.equals(
            transactions.execute(
                transaction -> {
                  boolean isNew = store(account, appSecret);
                  audit.record(
                      actor, "account.put", subject(account.id()), detail(account, appSecret));
                  return isNew;
                }));
    events.publish(new ConfigEvent(ConfigEvent.Kind.ACCOUNT, account.id()));
    if (created) {
      events.declareQueues(account.id());
    }
    return created;
  }

  private boolean store(AccountSettings account, @Nullable Secret appSecret) {
    Optional<String> storedAppId = mapper.lockAppId(account.id());
    if (appSecret == null && !storedAppId.equals(Optional.of(account.appId()))) {
      throw ProblemException.invalid(
          storedAppId.isEmpty()
              ? "appSecret is needed: there is no account %s yet".formatted(account.id())
              : "appSecret is needed: the stored one belongs to another appId");
    }
    if (appSecret == null) {
      mapper.updateAccount(account);
      return false;
    }
    byte[] stored = cipher.encrypt(account.id(), appSecret);
    if (storedAppId.isEmpty() && mapper.insertAccount(account, stored) == 1) {
      return true;
    }
    mapper.updateAccount(account);
    mapper.updateSecret(account.id(), stored);
    return false;
  }

  private static Map<String, Object> detail(AccountSettings account, @Nullable Secret appSecret) {
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("name", account.name());
    detail.put("appId", account.appId());
    detail.put("appSecretGiven", appSecret != null);
    if (account.ratePerSecond() != null) {
      detail.put("ratePerSecond", account.ratePerSecond());
    }
    detail.put("maxInFlight", account.maxInFlight());
    detail.put("enabled", account.enabled());
    if (account.quietHours() != null) {
      detail.put("quietHours", QuietHoursText.of(account.quietHours()));
    }
    if (account.dailyCap() != null) {
      detail.put("dailyCap", account.dailyCap());
    }
    // Names only: an openid stays out of the log, where nobody could erase it.
    detail.put("testers", account.testers().keySet());
    return detail;
  }

  /** Stops sending for the account until it is resumed. */
  void pause(String actor, String id) {
    change(actor, id, "account.pause", () -> mapper.pause(id));
  }

  /** Ends the account's pause and gate. */
  void resume(String actor, String id) {
    change(actor, id, "account.resume", () -> mapper.resume(id));
  }

  private void change(String actor, String id, String action, RowChange change) {
    transactions.executeWithoutResult(
        transaction -> {
          if (change.apply() > 0) {
            audit.record(actor, action, subject(id), Map.of());
          }
        });
    events.publish(new ConfigEvent(ConfigEvent.Kind.ACCOUNT, id));
  }

  /** Stores the template of an account that exists; true if it is new. */
  boolean putTemplate(String actor, TemplateSettings template) {
    boolean created =
        Boolean.TRUE.equals(
            transactions.execute(
                transaction -> {
                  boolean isNew = mapper.putTemplate(template);
                  audit.record(
                      actor,
                      "template.put",
                      "template/%s/%s".formatted(template.accountId(), template.id()),
                      Map.of(
                          "wechatTemplateId", template.wechatTemplateId(),
                          "title", template.title(),
                          "content", template.content()));
                  return isNew;
                }));
    events.publish(new ConfigEvent(ConfigEvent.Kind.ACCOUNT, template.accountId()));
    return created;
  }

  private static String subject(String account) {
    return "account/" + account;
  }

  /** Changes a row, and says how many it changed. */
  private interface RowChange {
    int apply();
  }
}
