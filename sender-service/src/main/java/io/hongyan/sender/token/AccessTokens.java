package io.hongyan.sender.token;

import io.hongyan.common.secret.Secret;
import io.hongyan.common.wechat.WeChatError;
import io.hongyan.common.wechat.WeChatError.Reaction;
import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.wechat.AccessToken;
import io.hongyan.sender.wechat.WeChatClient;
import io.hongyan.sender.wechat.WeChatClient.TokenReply;
import io.hongyan.sender.wechat.WeChatRefusedException;
import java.io.IOException;
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
import org.springframework.stereotype.Component;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The access token of an account: local copy, else Redis, else fetched from WeChat by whoever takes
 * the Redis lock; everyone else waits for what that one stores. Used by delivery. Thread-safe;
 * waits on the calling (virtual) thread.
 */
@Component
public class AccessTokens {

  private static final Logger log = LoggerFactory.getLogger(AccessTokens.class);
  private static final Duration LONGEST_POLL = Duration.ofMillis(500);
  // Threads that queued behind a failed fetch share its failure, or each would wait for a timeout
  // of its own, or show WeChat a wrong secret once more.
  private static final Duration FAILURE_SETTLES = Duration.ofSeconds(1);
  // Calls in flight with a refused token all come back within about this time.
  private static final Duration REFRESH_SETTLES = Duration.ofSeconds(5);

  private final TokenStore store;
  private final TokenLock lock;
  private final WeChatClient wechat;
  private final TokenProperties properties;
  private final Clock clock;
  private final Map<String, LocalToken> locals = new ConcurrentHashMap<>();

  AccessTokens(
      TokenStore store,
      TokenLock lock,
      WeChatClient wechat,
      TokenProperties properties,
      Clock clock) {
    this.store = store;
    this.lock = lock;
    this.wechat = wechat;
    this.properties = properties;
    this.clock = clock;
  }

  /**
   * A token that is good as far as anyone here knows.
   *
   * @throws TokenUnavailableException when Redis or WeChat's token call is away or the deadline
   *     passed
   * @throws TokenRefusedException when WeChat refuses this account a token: wrong secret, IP,
   *     frozen …
   */
  public AccessToken fetchToken(SenderAccount account)
      throws TokenUnavailableException, TokenRefusedException, InterruptedException {
    LocalToken local = local(account);
    AccessToken fresh = local.fresh(clock.instant());
    if (fresh != null) {
      return fresh;
    }
    Instant arrived = clock.instant();
    // One thread of this process asks Redis and WeChat; the others find its result, or its failure.
    local.oneAtATime.lockInterruptibly();
    try {
      fresh = local.fresh(clock.instant());
      return fresh != null ? fresh : fetchShared(account, local, arrived);
    } finally {
      local.oneAtATime.unlock();
    }
  }

  /**
   * Another token after WeChat refused this one: drops the failed token, here and in Redis, only if
   * it is still the one in use, and fetches again. WeChat may hand out the same token once more;
   * the caller compares, and an equal one is a failed refresh.
   *
   * @throws TokenUnavailableException as for {@link #fetchToken}
   * @throws TokenRefusedException as for {@link #fetchToken}
   */
  public AccessToken refreshToken(SenderAccount account, AccessToken failed)
      throws TokenUnavailableException, TokenRefusedException, InterruptedException {
    LocalToken local = local(account);
    Instant arrived = clock.instant();
    local.oneAtATime.lockInterruptibly();
    try {
      // Hundreds of calls fail with one token at once; only the first of them asks WeChat again.
      if (local.wasJustRefreshedTo(failed, clock.instant())) {
        return failed;
      }
      local.throwRecentFailure(clock.instant(), arrived);
      local.forget(failed);
      try {
        store.deleteIfEqual(account.appId(), failed);
      } catch (JedisException e) {
        throw local.failed(redisAway(account, e), clock.instant());
      }
      AccessToken token = fetchShared(account, local, arrived);
      local.refreshed(token, clock.instant().plus(REFRESH_SETTLES));
      return token;
    } finally {
      local.oneAtATime.unlock();
    }
  }

  private LocalToken local(SenderAccount account) {
    return locals.computeIfAbsent(account.appId(), appId -> new LocalToken());
  }

  /** Called by one thread of this process at a time for an account. */
  private AccessToken fetchShared(SenderAccount account, LocalToken local, Instant arrived)
      throws TokenUnavailableException, TokenRefusedException, InterruptedException {
    local.throwRecentFailure(clock.instant(), arrived);
    try {
      AccessToken token = findOrFetch(account);
      local.keep(token, clock.instant().plus(properties.localTtl()));
      return token;
    } catch (JedisException e) {
      throw local.failed(redisAway(account, e), clock.instant());
    } catch (TokenUnavailableException e) {
      throw local.failed(e, clock.instant());
    } catch (TokenRefusedException e) {
      throw local.failed(e, clock.instant());
    }
  }

  private static TokenUnavailableException redisAway(SenderAccount account, JedisException e) {
    return new TokenUnavailableException("Redis is away, account=" + account.id(), e);
  }

  private AccessToken findOrFetch(SenderAccount account)
      throws TokenUnavailableException, TokenRefusedException, InterruptedException {
    Instant deadline = clock.instant().plus(properties.waitTimeout());
    Duration pause = properties.pollInterval();
    while (true) {
      Optional<AccessToken> shared = store.find(account.appId());
      if (shared.isPresent()) {
        return shared.get();
      }
      Optional<TokenLock.Lease> lease = lock.tryAcquire(account.appId());
      if (lease.isPresent()) {
        return fetchUnderLock(account, lease.get());
      }
      if (clock.instant().isAfter(deadline)) {
        throw new TokenUnavailableException(
            "no token within %s while another sender held the lock, account=%s"
                .formatted(properties.waitTimeout(), account.id()));
      }
      Thread.sleep(pause);
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_POLL) < 0 ? pause.multipliedBy(2) : LONGEST_POLL;
    }
  }

  private AccessToken fetchUnderLock(SenderAccount account, TokenLock.Lease lease)
      throws TokenUnavailableException, TokenRefusedException {
    try {
      // The holder before may have stored one between our look and our lock.
      Optional<AccessToken> shared = store.find(account.appId());
      if (shared.isPresent()) {
        return shared.get();
      }
      TokenReply reply = fetchFromWeChat(account);
      boolean stored = store.storeIfOwner(lease, reply.token(), usableFor(reply.expiresIn()));
      log.info(
          "token fetched account={} expires_in={} stored={}",
          account.id(),
          reply.expiresIn(),
          stored);
      return reply.token();
    } finally {
      release(account, lease);
    }
  }

  private void release(SenderAccount account, TokenLock.Lease lease) {
    try {
      lock.release(lease);
    } catch (JedisException e) {
      log.warn(
          "token lock not released, it ends by itself account={} lock_ttl={}",
          account.id(),
          properties.lockTtl(),
          e);
    }
  }

  private TokenReply fetchFromWeChat(SenderAccount account)
      throws TokenUnavailableException, TokenRefusedException {
    Secret secret = account.appSecret();
    if (secret == null) {
      throw new TokenRefusedException(
          null, "the app secret cannot be decrypted with this HONGYAN_MASTER_KEY", null);
    }
    try {
      return wechat.fetchToken(
          account.appId(), secret, properties.source() == TokenProperties.Source.STABLE_TOKEN);
    } catch (IOException e) {
      throw new TokenUnavailableException(
          "WeChat's token call is away, account=" + account.id(), e);
    } catch (WeChatRefusedException e) {
      if (needsAPerson(e.errcode())) {
        throw new TokenRefusedException(
            e.errcode(), "errcode %d: %s".formatted(e.errcode(), e.errmsg()), e);
      }
      throw new TokenUnavailableException("token refused for now, account=" + account.id(), e);
    }
  }

  // From the token call itself 40001 means a wrong secret and 40013 a wrong appid (wechat-api 1.3).
  private static boolean needsAPerson(int errcode) {
    return errcode == WeChatError.INVALID_CREDENTIAL.code()
        || errcode == WeChatError.INVALID_APPID.code()
        || WeChatError.of(errcode).filter(error -> error.reaction() == Reaction.GATE).isPresent();
  }

  // WeChat promises no exact end, so a token is dropped early; a short-lived one at half its life.
  private Duration usableFor(Duration expiresIn) {
    Duration early = expiresIn.minus(properties.safetyMargin());
    Duration half = expiresIn.dividedBy(2);
    Duration usable = early.compareTo(half) > 0 ? early : half;
    return usable.compareTo(Duration.ofSeconds(1)) > 0 ? usable : Duration.ofSeconds(1);
  }

  /**
   * This process' copy of one account's token; all but {@code copy} is guarded by {@code
   * oneAtATime}.
   */
  private static final class LocalToken {
    final ReentrantLock oneAtATime = new ReentrantLock();
    private volatile @Nullable Copy copy;
    private @Nullable Copy refreshed;
    private @Nullable Exception failure;
    private Instant failedAt = Instant.EPOCH;

    @Nullable AccessToken fresh(Instant now) {
      Copy current = copy;
      return current != null && now.isBefore(current.until()) ? current.token() : null;
    }

    synchronized void keep(AccessToken token, Instant until) {
      copy = new Copy(token, until);
    }

    synchronized void forget(AccessToken failed) {
      Copy current = copy;
      if (current != null && current.token().equals(failed)) {
        copy = null;
      }
    }

    boolean wasJustRefreshedTo(AccessToken token, Instant now) {
      return refreshed != null
          && refreshed.token().equals(token)
          && now.isBefore(refreshed.until());
    }

    void refreshed(AccessToken token, Instant until) {
      refreshed = new Copy(token, until);
    }

    <E extends Exception> E failed(E e, Instant at) {
      failure = e;
      failedAt = at;
      return e;
    }

    void throwRecentFailure(Instant now, Instant arrived)
        throws TokenUnavailableException, TokenRefusedException {
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
      throw new TokenUnavailableException("a moment ago: " + failure.getMessage(), failure);
    }

    private record Copy(AccessToken token, Instant until) {}
  }
}
