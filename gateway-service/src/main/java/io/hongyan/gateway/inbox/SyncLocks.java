package io.hongyan.gateway.inbox;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.SetParams;

/**
 * One lock for each person who is being synced: {@code SET NX PX} with a random owner. It ends by
 * itself if its holder dies, only its owner releases it, and nobody waits for it. While Redis is
 * away it holds on this gateway alone; what is written bears two syncs at once. Thread-safe.
 */
@Component
class SyncLocks {

  private static final String KEY = "hongyan:inbox:lock:";
  private static final String RELEASE =
      """
      for _, key in ipairs(KEYS) do
        if redis.call('get', key) == ARGV[1] then
          redis.call('del', key)
        end
      end
      """;

  private final InboxRedis redis;
  private final SetParams ifAbsent;
  private final Set<String> heldHere = ConcurrentHashMap.newKeySet();

  SyncLocks(InboxRedis redis, InboxProperties properties) {
    this.redis = redis;
    this.ifAbsent = SetParams.setParams().nx().px(properties.lockTtl().toMillis());
  }

  /** Takes those of the locks that are free; {@link #release} gives them back. */
  Lease tryAcquire(Collection<String> uids) {
    String owner = UUID.randomUUID().toString();
    List<String> free = uids.stream().filter(heldHere::add).toList();
    if (free.isEmpty()) {
      return new Lease(owner, Set.of());
    }
    List<String> answers = redis.ask(jedis -> acquire(jedis, free, owner), List.of());
    Set<String> held = new HashSet<>(free);
    for (int i = 0; i < answers.size(); i++) {
      if (answers.get(i).isEmpty()) {
        held.remove(free.get(i));
        heldHere.remove(free.get(i));
      }
    }
    return new Lease(owner, held);
  }

  /** Redis' OK for each lock, or nothing where it is taken. */
  private List<String> acquire(UnifiedJedis jedis, List<String> uids, String owner) {
    List<Response<@Nullable String>> answers = new ArrayList<>();
    try (AbstractPipeline pipeline = jedis.pipelined()) {
      uids.forEach(uid -> answers.add(pipeline.set(key(uid), owner, ifAbsent)));
    }
    return answers.stream().map(Response::get).map(text -> text == null ? "" : text).toList();
  }

  /** Gives locks of the lease back, as far as they are still its own. */
  void release(Lease lease, Collection<String> uids) {
    if (uids.isEmpty()) {
      return;
    }
    try {
      List<String> keys = uids.stream().map(SyncLocks::key).toList();
      redis.ask(
          jedis -> {
            jedis.eval(RELEASE, keys, List.of(lease.owner()));
            return true;
          },
          false);
    } finally {
      heldHere.removeAll(uids);
    }
  }

  static String key(String uid) {
    return KEY + uid;
  }

  /**
   * Locks taken together.
   *
   * @param uids whose locks they are
   */
  record Lease(String owner, Set<String> uids) {}
}
