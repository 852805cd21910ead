package io.hongyan.gateway.callback;

import io.hongyan.common.message.ConfigEvent;
import io.hongyan.common.secret.Secret;
import io.hongyan.common.secret.SecretCipher;
import io.hongyan.gateway.account.MasterKeyProperties;
import io.hongyan.gateway.audit.AuditLog;
import io.hongyan.gateway.callback.CallbackMapper.NewRow;
import io.hongyan.gateway.config.ConfigEvents;
import io.hongyan.gateway.web.ProblemException;
import io.hongyan.gateway.webhook.SigningSecret;
import java.net.URI;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Changes accounts' callbacks: row and audit row in one transaction, then every running gateway is
 * told. All of it may be repeated.
 */
@Component
class CallbackSettings {

  private final CallbackMapper mapper;
  private final TransactionOperations transactions;
  private final AuditLog audit;
  private final ConfigEvents events;
  private final SecretCipher cipher;
  private final SecureRandom random = new SecureRandom();

  CallbackSettings(
      CallbackMapper mapper,
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

  /** The account's callback, if it has one. */
  Optional<CallbackRow> find(String account) {
    return mapper.find(account);
  }

  /**
   * Stores the callback of an account that exists. What it leaves out stays as it is stored.
   *
   * @param request checked
   */
  Stored put(String actor, String account, PutCallbackRequest request, CallbackMode mode) {
    Stored stored =
        transactions.execute(
            transaction -> {
              // The two commits of a concurrent first PUT would both find no row.
              mapper.lockAccount(account);
              @Nullable CallbackRow before = mapper.find(account).orElse(null);
              @Nullable Secret replySecret =
                  needsReplySecret(request, before) ? SigningSecret.create(random) : null;
              mapper.put(row(account, request, mode, before, replySecret));
              audit.record(
                  actor, "callback.put", subject(account), detail(request, mode, replySecret));
              return new Stored(mapper.find(account).orElseThrow(), replySecret, before == null);
            });
    tell(account);
    return stored;
  }

  private static boolean needsReplySecret(
      PutCallbackRequest request, @Nullable CallbackRow before) {
    return request.replyUrl() != null
        && (request.wantsNewReplySecret() || before == null || before.replySecret() == null);
  }

  private NewRow row(
      String account,
      PutCallbackRequest request,
      CallbackMode mode,
      @Nullable CallbackRow before,
      @Nullable Secret newReplySecret) {
    byte @Nullable [] token =
        replaced(
            account, CallbackSecret.TOKEN, request.token(), before == null ? null : before.token());
    byte @Nullable [] aesKey =
        replaced(
            account,
            CallbackSecret.AES_KEY,
            request.encodingAesKey(),
            before == null ? null : before.aesKey());
    byte @Nullable [] replySecret =
        replaced(
            account,
            CallbackSecret.REPLY_SECRET,
            newReplySecret,
            before == null ? null : before.replySecret());
    if (token == null) {
      throw ProblemException.invalid(
          "token is needed: account '%s' has no callback yet".formatted(account));
    }
    ProblemException.requireValid(
        mode == CallbackMode.PLAIN || aesKey != null,
        "encodingAesKey is needed for mode '%s': none is stored".formatted(mode.text()));
    return new NewRow(
        account,
        mode.text(),
        token,
        aesKey,
        request.replyUrl(),
        request.replyUrl() == null ? null : replySecret);
  }

  private byte @Nullable [] replaced(
      String account, CallbackSecret kind, @Nullable Secret given, byte @Nullable [] stored) {
    return given == null ? stored : cipher.encrypt(kind.owner(account), given);
  }

  private static Map<String, Object> detail(
      PutCallbackRequest request, CallbackMode mode, @Nullable Secret newReplySecret) {
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("mode", mode.text());
    detail.put("tokenGiven", request.token() != null);
    detail.put("encodingAesKeyGiven", request.encodingAesKey() != null);
    if (request.replyUrl() != null) {
      // What is behind the host may be meant for one reader only.
      detail.put("replyHost", URI.create(request.replyUrl()).getHost());
    }
    detail.put("replySecretMade", newReplySecret != null);
    return detail;
  }

  /** Deletes the account's callback: what WeChat posts for it is refused from now on. */
  void delete(String actor, String account) {
    transactions.executeWithoutResult(
        transaction -> {
          if (mapper.delete(account) > 0) {
            audit.record(actor, "callback.delete", subject(account), Map.of());
          }
        });
    tell(account);
  }

  private void tell(String account) {
    events.publish(new ConfigEvent(ConfigEvent.Kind.ACCOUNT, account));
  }

  private static String subject(String account) {
    return "account/" + account;
  }

  /**
   * A callback that was stored.
   *
   * @param replySecret null unless a new one was made
   */
  record Stored(CallbackRow row, @Nullable Secret replySecret, boolean created) {}
}
