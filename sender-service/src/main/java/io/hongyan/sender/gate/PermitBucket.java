package io.hongyan.sender.gate;

import java.util.List;
import org.springframework.stereotype.Component;
import redis.clients.jedis.UnifiedJedis;

/**
 * The account's rate in Redis, shared by all senders: a token bucket from which each sender leases
 * permits in blocks, so that no message costs a call.
 */
@Component
class PermitBucket {

  // Refills by Redis' own clock, so that senders need not agree on the time.
  private static final String LEASE =
      """
      local rate = tonumber(ARGV[1])
      local capacity = tonumber(ARGV[2])
      local wanted = tonumber(ARGV[3])
      local time = redis.call('time')
      local now = tonumber(time[1]) * 1000 + tonumber(time[2]) / 1000
      local state = redis.call('hmget', KEYS[1], 'permits', 'at')
      local permits = tonumber(state[1]) or 1
      local at = tonumber(state[2]) or now
      permits = math.min(capacity, permits + math.max(0, now - at) * rate / 1000)
      local granted = math.min(wanted, math.floor(permits))
      permits = permits - granted
      redis.call('hset', KEYS[1], 'permits', tostring(permits), 'at', tostring(now))
      redis.call('pexpire', KEYS[1], 60000)
      local wait = 0
      if granted == 0 then wait = math.ceil((1 - permits) * 1000 / rate) end
      return {granted, wait}
      """;

  // A twentieth of a second's permits at once: few calls, and an urgent message never waits long
  // for a new block.
  private static final int BLOCKS_PER_SECOND = 20;

  private final UnifiedJedis redis;

  PermitBucket(UnifiedJedis redis) {
    this.redis = redis;
  }

  /**
   * Leases permits.
   *
   * @throws redis.clients.jedis.exceptions.JedisException if Redis is away
   */
  Lease lease(String account, int ratePerSecond) {
    int block = Math.max(1, ratePerSecond / BLOCKS_PER_SECOND);
    List<String> arguments =
        List.of(String.valueOf(ratePerSecond), String.valueOf(block * 2), String.valueOf(block));
    List<?> answer = (List<?>) redis.eval(LEASE, List.of("hongyan:rate:" + account), arguments);
    return new Lease(((Long) answer.get(0)).intValue(), (Long) answer.get(1));
  }

  /**
   * @param permits how many calls may be made
   * @param waitMillis where there are none, how long until there may be one
   */
  record Lease(int permits, long waitMillis) {}
}
