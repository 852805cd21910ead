package io.hongyan.gateway.security;

import io.hongyan.common.message.ConfigEvent;
import io.hongyan.gateway.config.ConfigProperties;
import io.hongyan.gateway.config.EventsMayBeLost;
import io.hongyan.gateway.config.SharedReload;
import io.hongyan.gateway.security.ApiKeyMapper.KeyRow;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * All valid API keys, in memory. Loaded at start, replaced when a key changes anywhere; a key that
 * is not found is looked for in the database once more. Thread-safe.
 */
@Component
class ApiKeys {

  private static final Logger log = LoggerFactory.getLogger(ApiKeys.class);

  private final ApiKeyMapper mapper;
  private final KeyHash adminHash;
  private final ApiKey admin =
      new ApiKey("admin", "HONGYAN_ADMIN_KEY", Set.of(Scope.ADMIN), Set.of(ApiKey.ALL_ACCOUNTS));
  private final SharedReload reload;
  private volatile Map<KeyHash, ApiKey> keys = Map.of();

  ApiKeys(ApiKeyMapper mapper, AdminKeyProperties adminKey, ConfigProperties config) {
    this.mapper = mapper;
    this.adminHash = KeyHash.of(adminKey.adminKey().reveal());
    this.reload = new SharedReload(this::load, config.missInterval());
    reload.now();
  }

  /** The key's holder; empty if no valid key is that. */
  Optional<ApiKey> find(String key) {
    KeyHash hash = KeyHash.of(key);
    if (adminHash.matches(hash)) {
      return Optional.of(admin);
    }
    ApiKey known = keys.get(hash);
    if (known == null) {
      reload.afterMiss();
      known = keys.get(hash);
    }
    return Optional.ofNullable(known);
  }

  @EventListener
  void changed(ConfigEvent event) {
    if (event.kind() == ConfigEvent.Kind.API_KEY) {
      reload.now();
    }
  }

  @EventListener(EventsMayBeLost.class)
  void reconnected() {
    reload.now();
  }

  @Scheduled(
      fixedRateString = "${hongyan.config.reload-interval:1m}",
      initialDelayString = "${hongyan.config.reload-interval:1m}")
  void poll() {
    try {
      reload.now();
    } catch (RuntimeException e) {
      log.warn(
          "api keys not read again, the known ones stay valid cause={}",
          NestedExceptionUtils.getMostSpecificCause(e).toString());
    }
  }

  private void load() {
    Map<KeyHash, ApiKey> loaded = new HashMap<>();
    for (KeyRow row : mapper.findValid()) {
      loaded.put(new KeyHash(row.keyHash()), toKey(row));
    }
    keys = Map.copyOf(loaded);
  }

  private static ApiKey toKey(KeyRow row) {
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    for (String scope : split(row.scopes())) {
      // A scope of a newer version grants nothing here.
      Scope.ofText(scope).ifPresent(scopes::add);
    }
    return new ApiKey(row.id(), row.name(), scopes, Set.copyOf(split(row.accounts())));
  }

  static List<String> split(String commaSeparated) {
    return commaSeparated.isEmpty() ? List.of() : List.of(commaSeparated.split(","));
  }
}
