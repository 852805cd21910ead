package io.hongyan.gateway.callback;

import io.hongyan.common.message.ConfigEvent;
import io.hongyan.common.secret.Secret;
import io.hongyan.common.secret.SecretCipher;
import io.hongyan.common.secret.UnreadableSecretException;
import io.hongyan.gateway.account.MasterKeyProperties;
import io.hongyan.gateway.callback.CallbackMapper.KeysRow;
import io.hongyan.gateway.config.ConfigProperties;
import io.hongyan.gateway.config.DatabaseCopy;
import io.hongyan.gateway.config.SharedReload;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Every account's callback, in memory, secrets decrypted: WeChat waits, and strangers may ask for
 * any account, so the database is never asked about a request. Loaded at start, replaced when one
 * changes anywhere. Thread-safe.
 */
@Component
class CallbackRegistry implements DatabaseCopy {

  private static final Logger log = LoggerFactory.getLogger(CallbackRegistry.class);

  private final CallbackMapper mapper;
  private final SecretCipher cipher;
  private final SharedReload reload;
  private volatile Map<String, AccountCallback> callbacks = Map.of();
  // Said once, not at every poll.
  private volatile Set<String> unreadable = Set.of();

  CallbackRegistry(CallbackMapper mapper, MasterKeyProperties masterKey, ConfigProperties config) {
    this.mapper = mapper;
    this.cipher = masterKey.cipher();
    this.reload = new SharedReload(this::load, config.missInterval());
    reload.now();
    log.info("callbacks loaded accounts={}", callbacks.size());
  }

  /** The account's callback; empty if there is no such account or it has none. */
  Optional<AccountCallback> find(String account) {
    return Optional.ofNullable(callbacks.get(account));
  }

  @Override
  public String contents() {
    return "callbacks";
  }

  @Override
  public boolean concerns(ConfigEvent event) {
    return event.kind() == ConfigEvent.Kind.ACCOUNT;
  }

  @Override
  public void readAgain() {
    reload.now();
  }

  private void load() {
    Map<String, AccountCallback> loaded = new HashMap<>();
    Set<String> failed = new HashSet<>();
    for (KeysRow row : mapper.findKeys()) {
      try {
        loaded.put(row.accountId(), decrypted(row));
      } catch (UnreadableSecretException | RuntimeException e) {
        // One account's trouble is not the others'.
        failed.add(row.accountId());
        if (!unreadable.contains(row.accountId())) {
          log.error(
              "what WeChat posts for it is refused until it can be read account={} cause={}",
              row.accountId(),
              e.getMessage());
        }
      }
    }
    callbacks = loaded;
    unreadable = failed;
  }

  private AccountCallback decrypted(KeysRow row) throws UnreadableSecretException {
    String account = row.accountId();
    byte @Nullable [] stored = row.aesKey();
    Secret token = cipher.decrypt(CallbackSecret.TOKEN.owner(account), row.token());
    @Nullable MessageCrypto crypto =
        stored == null
            ? null
            : new MessageCrypto(
                cipher.decrypt(CallbackSecret.AES_KEY.owner(account), stored), row.appId());
    return new AccountCallback(
        account, CallbackMode.ofText(row.mode()).orElseThrow(), token, crypto);
  }
}
