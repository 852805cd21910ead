package io.hongyan.sender.token;

import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.wechat.WeChatRefusedException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One kind of what all programs of an account share, its access token or its ticket: local copy,
 * else Redis, else fetched from WeChat by whoever takes the Redis lock; everyone else waits for
 * what that one stores. Thread-safe; waits on the calling (virtual) thread.
 */
final class SharedCredentials {

  /** Fetches a new one from WeChat; its {@code expiresIn} is WeChat's. */
  @FunctionalInterface
  interface Source {
    Credential fetch(SenderAccount account)
        throws TokenUnavailableException,
            TokenRefusedException,
            WeChatRefusedException,
            InterruptedException;

    /** Gets what the fetch needs, before the lock is taken: the lock is for one call to WeChat. */
    default void prepare(SenderAccount account)
        throws TokenUnavailableException,
            TokenRefusedException,
            WeChatRefusedException,
            InterruptedException {}
  }

  private static final Logger log = LoggerFactory.getLogger(SharedCredentials.class);
  private static final Duration LONGEST_POLL = Duration.ofMillis(500);
  // Threads that queued behind a failed fetch share its failure, or each would wait for a timeout
  // of its own, or show WeChat a wrong secret once more.
  private static final Duration FAILURE_SETTLES = Duration.ofSeconds(1);
  // Calls in flight with a refused one all come back within about this time.
  private static final Duration REFRESH_SETTLES = Duration.ofSeconds(5);

  private final CredentialKind kind;
  private final Source source;
  private final TokenStore store;
  private final TokenLock lock;
  private final TokenProperties properties;
  private final Clock clock;
  private final Map<String, Local> locals = new ConcurrentHashMap<>();

  SharedCredentials(
      CredentialKind kind,
      Source source,
      TokenStore store,
      TokenLock lock,
      TokenProperties properties,
      Clock clock) {
    this.kind = kind;
    this.source = source;
    this.store = store;
    this.lock = lock;
    this.properties = properties;
    this.clock = clock;
  }

  /**
   * One that is good as far as anyone here knows.
   *
   * @throws TokenUnavailableException when Redis or WeChat's call is away or the deadline passed
   * @throws TokenRefusedException as the source throws it
   * @throws WeChatRefusedException as the source throws it
   */
  Credential fetch(SenderAccount account)
      throws TokenUnavailableException,
          TokenRefusedException,
          WeChatRefusedException,
          InterruptedException {
    Local local = local(account);
    Credential fresh = local.fresh(clock.instant());
    if (fresh != null) {
      return fresh;
    }
    Instant arrived = clock.instant();
    // One thread of this process asks Redis and WeChat; the others find its result, or its failure.
    local.oneAtATime.lockInterruptibly();
    try {
      fresh = local.fresh(clock.instant());
      return fresh != null ? fresh : fetchShared(account, local, arrived, false);
    } finally {
      local.oneAtATime.unlock();
    }
  }

  /**
   * Another one after WeChat refused this one: drops it, here and in Redis, only if it is still the
   * one in use, and fetches again. WeChat may hand out the same once more; the caller compares.
   *
   * @throws TokenUnavailableException as for {@link #fetch}
   * @throws TokenRefusedException as for {@link #fetch}
   * @throws WeChatRefusedException as for {@link #fetch}
   */
  Credential replace(SenderAccount account, String refused)
      throws TokenUnavailableException,
          TokenRefusedException,
          WeChatRefusedException,
          InterruptedException {
    Local local = local(account);
    Instant arrived = clock.instant();
    local.oneAtATime.lockInterruptibly();
    try {
      // Hundreds of calls fail with one token at once; only the first of them asks WeChat again.
      Credential just = local.justRefreshedTo(refused, clock.instant());
      if (just != null) {
        return just;
      }
      local.throwRecentFailure(clock.instant(), arrived);
      local.forget(refused);
      try {
        store.deleteIfEqual(kind.key(properties, account), refused);
      } catch (JedisException e) {
        throw local.failed(redisAway(account, e), clock.instant());
      }
      return fetchShared(account, local, arrived, true);
    } finally {
      local.oneAtATime.unlock();
    }
  }

  private Local local(SenderAccount account) {
    return locals.computeIfAbsent(account.appId(), appId -> new Local());
  }

  /** Called by one thread of this process at a time for an account. */
  private Credential fetchShared(
      SenderAccount account, Local local, Instant arrived, boolean replaces)
      throws TokenUnavailableException,
          TokenRefusedException,
          WeChatRefusedException,
          InterruptedException {
    local.throwRecentFailure(clock.instant(), arrived);
    try {
      Credential credential = findOrFetch(account, local, replaces);
      local.keep(credential, clock.instant(), properties.localTtl());
      return credential;
    } catch (JedisException e) {
      throw local.failed(redisAway(account, e), clock.instant());
    } catch (TokenUnavailableException e) {
      throw local.failed(e, clock.instant());
    } catch (TokenRefusedException e) {
      throw local.failed(e, clock.instant());
    } catch (WeChatRefusedException e) {
      throw local.failed(e, clock.instant());
    }
  }

  private static TokenUnavailableException redisAway(SenderAccount account, JedisException e) {
    return new TokenUnavailableException("Redis is away, account=" + account.id(), e);
  }

  private Credential findOrFetch(SenderAccount account, Local local, boolean replaces)
      throws TokenUnavailableException,
          TokenRefusedException,
          WeChatRefusedException,
          InterruptedException {
    Instant deadline = clock.instant().plus(properties.waitTimeout());
    Duration pause = properties.pollInterval();
    while (true) {
      Optional<Credential> shared = store.find(kind.key(properties, account));
      if (shared.isPresent()) {
        return shared.get();
      }
      source.prepare(account);
      Optional<TokenLock.Lease> lease = lock.tryAcquire(kind.lockKey(account));
      if (lease.isPresent()) {
        return fetchUnderLock(account, lease.get(), local, replaces);
      }
      if (clock.instant().isAfter(deadline)) {
        throw new TokenUnavailableException(
            "no %s within %s while another sender held the lock, account=%s"
                .formatted(kind.word(), properties.waitTimeout(), account.id()));
      }
      Thread.sleep(pause);
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_POLL) < 0 ? pause.multipliedBy(2) : LONGEST_POLL;
    }
  }

  private Credential fetchUnderLock(
      SenderAccount account, TokenLock.Lease lease, Local local, boolean replaces)
      throws TokenUnavailableException,
          TokenRefusedException,
          WeChatRefusedException,
          InterruptedException {
    String key = kind.key(properties, account);
    try {
      // The holder before may have stored one between our look and our lock.
      Optional<Credential> shared = store.find(key);
      if (shared.isPresent()) {
        return shared.get();
      }
      Credential fetched = source.fetch(account);
      Credential usable = new Credential(fetched.reveal(), usableFor(fetched.expiresIn()));
      // One that was only found may be refused for good reason, whatever was refused before it.
      if (replaces) {
        local.refreshed(usable, clock.instant());
      }
      boolean stored = store.storeIfOwner(lease, key, usable);
      log.info(
          "{} fetched account={} expires_in={} stored={}",
          kind.word(),
          account.id(),
          fetched.expiresIn(),
          stored);
      return usable;
    } finally {
      release(account, lease);
    }
  }

  private void release(SenderAccount account, TokenLock.Lease lease) {
    try {
      lock.release(lease);
    } catch (JedisException e) {
      log.warn(
          "{} lock not released, it ends by itself account={} lock_ttl={}",
          kind.word(),
          account.id(),
          properties.lockTtl(),
          e);
    }
  }

  // WeChat promises no exact end, so a token is dropped early; a short-lived one at half its life.
  private Duration usableFor(Duration expiresIn) {
    Duration early = expiresIn.minus(properties.safetyMargin());
    Duration half = expiresIn.dividedBy(2);
    Duration usable = early.compareTo(half) > 0 ? early : half;
    return usable.compareTo(Duration.ofSeconds(1)) > 0 ? usable : Duration.ofSeconds(1);
  }

  /** This process' copy of one account's; all but {@code copy} is guarded by {@code oneAtATime}. */
  private static final class Local {
    final ReentrantLock oneAtATime = new ReentrantLock();
    private volatile @Nullable Copy copy;
    private @Nullable Copy refreshed;
    private @Nullable Exception failure;
    private Instant failedAt = Instant.EPOCH;

    @Nullable Credential fresh(Instant now) {
      Copy current = copy;
      return current != null && now.isBefore(current.until()) ? current.credential(now) : null;
    }

    synchronized void keep(Credential credential, Instant now, Duration trusted) {
      copy = Copy.of(credential, now, trusted);
    }

    synchronized void forget(String refused) {
      Copy current = copy;
      if (current != null && current.value().equals(refused)) {
        copy = null;
      }
    }

    /** The refused one itself, if it is what a refresh of a moment ago gave. */
    @Nullable Credential justRefreshedTo(String refused, Instant now) {
      Copy current = refreshed;
      return current != null && current.value().equals(refused) && now.isBefore(current.until())
          ? current.credential(now)
          : null;
    }

    void refreshed(Credential credential, Instant now) {
      refreshed = Copy.of(credential, now, REFRESH_SETTLES);
    }

    <E extends Exception> E failed(E e, Instant at) {
      failure = e;
      failedAt = at;
      return e;
    }

    void throwRecentFailure(Instant now, Instant arrived)
        throws TokenUnavailableException, TokenRefusedException, WeChatRefusedException {
      if (failure == null || !now.isBefore(failedAt.plus(FAILURE_SETTLES))) {
        return;
      }
      if (failure instanceof TokenRefusedException refused) {
        // Only for those who waited meanwhile: whoever comes later may come after a person's cure.
        if (failedAt.isBefore(arrived)) {
          return;
        }
        throw new TokenRefusedException(refused.errcode(), refused.evidence(), refused);
      }
      if (failure instanceof WeChatRefusedException refused) {
        throw refused;
      }
      throw new TokenUnavailableException("a moment ago: " + failure.getMessage(), failure);
    }
  }

  /**
   * A credential as kept here.
   *
   * @param until how long the copy is trusted
   * @param end when it is to be used no more
   */
  private record Copy(String value, Instant until, Instant end) {

    static Copy of(Credential credential, Instant now, Duration trusted) {
      Instant end = now.plus(credential.expiresIn());
      Instant until = now.plus(trusted);
      return new Copy(credential.reveal(), until.isBefore(end) ? until : end, end);
    }

    Credential credential(Instant now) {
      return new Credential(value, Duration.between(now, end));
    }

    @Override
    public String toString() {
      return "***";
    }
  }
}
