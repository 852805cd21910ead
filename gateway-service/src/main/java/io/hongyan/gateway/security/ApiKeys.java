package io.hongyan.gateway.security;

import io.hongyan.common.message.ConfigEvent;
import io.hongyan.gateway.config.ConfigProperties;
import io.hongyan.gateway.config.DatabaseCopy;
import io.hongyan.gateway.config.SharedReload;
import io.hongyan.gateway.security.ApiKeyMapper.KeyRow;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * All valid API keys, in memory. Loaded at start, replaced when a key changes anywhere; a key that
 * is not found is looked for in the database once more. Thread-safe.
 */
@Component
class ApiKeys implements DatabaseCopy {

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

  @Override
  public String contents() {
    return "api keys";
  }

  @Override
  public boolean concerns(ConfigEvent event) {
    return event.kind() == ConfigEvent.Kind.API_KEY;
  }

  @Override
  public void readAgain() {
    reload.now();
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
