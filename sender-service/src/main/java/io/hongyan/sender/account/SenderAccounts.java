package io.hongyan.sender.account;

import io.hongyan.common.account.QuietHours;
import io.hongyan.common.secret.Secret;
import io.hongyan.common.secret.SecretCipher;
import io.hongyan.common.secret.UnreadableSecretException;
import io.hongyan.sender.account.AccountMapper.AccountRow;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The accounts in memory, replaced as a whole by {@link #reload()}. Every message asks here, so
 * lookups never leave the process. Thread-safe.
 */
@Component
public class SenderAccounts {

  private static final Logger log = LoggerFactory.getLogger(SenderAccounts.class);

  private final AccountMapper mapper;
  private final SecretCipher cipher;
  private final ReentrantLock reloading = new ReentrantLock();
  private volatile Map<String, SenderAccount> accounts = Map.of();

  SenderAccounts(AccountMapper mapper, SecretCipher cipher) {
    this.mapper = mapper;
    this.cipher = cipher;
  }

  /** The account, if it existed at the last reading. */
  public Optional<SenderAccount> find(String id) {
    return Optional.ofNullable(accounts.get(id));
  }

  /** All accounts of the last reading. */
  public Collection<SenderAccount> all() {
    return accounts.values();
  }

  /**
   * Reads all accounts again.
   *
   * @throws org.springframework.dao.DataAccessException if PostgreSQL is away; the last reading
   *     stays
   */
  public void reload() {
    // Not synchronized: before JDK 24 a virtual thread that waits in there holds its carrier.
    reloading.lock();
    try {
      accounts = read();
    } finally {
      reloading.unlock();
    }
  }

  private Map<String, SenderAccount> read() {
    Map<String, SenderAccount> read = new LinkedHashMap<>();
    for (AccountRow row : mapper.findAll()) {
      read.put(row.id(), toAccount(row));
    }
    return Map.copyOf(read);
  }

  private SenderAccount toAccount(AccountRow row) {
    return new SenderAccount(
        row.id(),
        row.appId(),
        decrypt(row),
        row.ratePerSecond(),
        row.maxInFlight(),
        row.enabled(),
        row.paused(),
        row.gateReason() == null
            ? null
            : new SenderAccount.Gate(
                row.gateReason(),
                row.gateUntil() == null ? null : row.gateUntil().toInstant(),
                Objects.requireNonNull(row.gateSince()).toInstant()),
        row.slowedTo(),
        row.slowedAt() == null ? null : row.slowedAt().toInstant(),
        quietHours(row));
  }

  private static @Nullable QuietHours quietHours(AccountRow row) {
    if (row.quietFrom() == null || row.quietTo() == null || row.quietZone() == null) {
      return null;
    }
    try {
      return new QuietHours(row.quietFrom(), row.quietTo(), ZoneId.of(row.quietZone()));
    } catch (DateTimeException e) {
      // The gateway knew the zone: its JDK is newer. All other accounts must go on.
      log.error(
          "quiet hours are not kept, this JDK does not know the zone account={} zone={}",
          row.id(),
          row.quietZone());
      return null;
    }
  }

  private @Nullable Secret decrypt(AccountRow row) {
    try {
      return cipher.decrypt(row.id(), row.appSecret());
    } catch (UnreadableSecretException e) {
      // Said once, not every few seconds: the token package gates the account when it needs the
      // secret.
      if (!accounts.containsKey(row.id())) {
        log.error("app secret unreadable account={} cause={}", row.id(), e.getMessage());
      }
      return null;
    }
  }
}
