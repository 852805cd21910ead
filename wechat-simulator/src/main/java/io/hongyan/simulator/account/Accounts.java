package io.hongyan.simulator.account;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Every account the simulator knows, by appid; they outlive a reset. Thread-safe. */
public final class Accounts {

  private final Map<String, Account> byAppid = new ConcurrentHashMap<>();

  /** Adds the account or replaces the one with the same appid. */
  public void put(Account account) {
    byAppid.put(account.appid(), account);
  }

  /** Null when no account has this appid. */
  public @Nullable Account find(String appid) {
    return byAppid.get(appid);
  }
}
