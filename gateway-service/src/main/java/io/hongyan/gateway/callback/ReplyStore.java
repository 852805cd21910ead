package io.hongyan.gateway.callback;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Runs and their results as all gateways see them, in Redis: a hash for each message, {@code
 * hongyan:reply:<account>:<key>}, with {@code tries}, and either {@code owner} and {@code until}
 * (the run's gateway, and the end of its lease by Redis' own clock) or {@code result}. A dead
 * owner's hash stays, so that its message is still known; its lease does not. Each method is one
 * round trip and atomic. Thread-safe.
 */
final class ReplyStore {

  private static final String PREFIX = "hongyan:reply:";
  private static final int LONGEST_KEY = 128;
  private static final String NOW =
      "local time = redis.call('time') local now = time[1] * 1000 + math.floor(time[2] / 1000) ";

  /** KEYS: the message. ARGV: owner, lease, keep, tries to add, '1' = only if it is known. */
  private static final String CLAIM =
      NOW
          + """
          if ARGV[5] == '1' and redis.call('exists', KEYS[1]) == 0 then return {'unknown', 0} end
          local tries = redis.call('hincrby', KEYS[1], 'tries', ARGV[4])
          local run = redis.call('hmget', KEYS[1], 'result', 'owner', 'until')
          if run[1] then return {'kept', tries, run[1]} end
          if run[2] and run[2] ~= ARGV[1] and tonumber(run[3]) > now then return {'theirs', tries} end
          redis.call('hset', KEYS[1], 'owner', ARGV[1], 'until', now + ARGV[2])
          redis.call('pexpire', KEYS[1], ARGV[3])
          return {run[2] and run[2] ~= ARGV[1] and 'taken' or 'mine', tries}
          """;

  /** KEYS: messages. ARGV: lease, keep, then an owner for each. Takes what nobody holds. */
  private static final String RENEW =
      NOW
          + """
          for i, key in ipairs(KEYS) do
            local run = redis.call('hmget', key, 'result', 'owner', 'until')
            if not run[1] and (not run[2] or run[2] == ARGV[i + 2] or tonumber(run[3]) <= now) then
              redis.call('hset', key, 'owner', ARGV[i + 2], 'until', now + ARGV[1])
              redis.call('pexpire', key, ARGV[2])
            end
          end
          return 1
          """;

  /** KEYS: the message. ARGV: owner, keep, result. */
  private static final String KEEP =
      NOW
          + """
          local run = redis.call('hmget', KEYS[1], 'result', 'owner', 'until')
          if run[1] then return {'kept', run[1]} end
          if run[2] and run[2] ~= ARGV[1] and tonumber(run[3]) > now then return {'theirs'} end
          redis.call('hset', KEYS[1], 'result', ARGV[3])
          redis.call('hdel', KEYS[1], 'owner', 'until')
          redis.call('pexpire', KEYS[1], ARGV[2])
          return {'stored'}
          """;

  /** KEYS: the message. Returns its tries; 0 = it is not known, and stays so. */
  private static final String COUNT =
      """
      if redis.call('exists', KEYS[1]) == 0 then return 0 end
      return redis.call('hincrby', KEYS[1], 'tries', 1)
      """;

  /** KEYS: the message. ARGV: owner. */
  private static final String RELEASE =
      """
      if redis.call('hget', KEYS[1], 'owner') == ARGV[1] then
        redis.call('hset', KEYS[1], 'until', 0)
      end
      return 1
      """;

  private final ImpatientRedis redis;
  private final String lease;
  private final String keep;

  ReplyStore(ImpatientRedis redis, ReplyProperties properties) {
    this.redis = redis;
    this.lease = String.valueOf(properties.lease().toMillis());
    this.keep = String.valueOf(properties.keep().toMillis());
  }

  /** Where a message is kept: readable, unless it is long. */
  static String key(WeChatMessage message) {
    String key = message.key();
    return PREFIX + message.account() + ":" + (key.length() > LONGEST_KEY ? hash(key) : key);
  }

  /** SHA-256 of a text, in hex. */
  static String hash(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * Takes the message's run if nobody has it or its owner is dead.
   *
   * @param countTry whether a request of WeChat's is behind it, rather than another look
   * @param onlyIfKnown whether a message that no gateway has seen is left alone
   */
  Claim claim(String key, String owner, boolean countTry, boolean onlyIfKnown)
      throws RedisAwayException {
    List<?> answer =
        (List<?>)
            redis.call(
                jedis ->
                    jedis.eval(
                        CLAIM,
                        List.of(key),
                        List.of(
                            owner, lease, keep, countTry ? "1" : "0", onlyIfKnown ? "1" : "0")));
    int tries = ((Long) answer.get(1)).intValue();
    return switch ((String) answer.getFirst()) {
      case "unknown" -> new Claim.Unknown();
      case "kept" -> new Claim.Kept(tries, read(answer.get(2)));
      case "theirs" -> new Claim.Theirs(tries);
      case "taken" -> new Claim.Mine(tries, true);
      default -> new Claim.Mine(tries, false);
    };
  }

  /** Counts a request of WeChat's; returns the how-manieth it is, 0 if Redis does not know it. */
  int count(String key) throws RedisAwayException {
    return ((Long) redis.call(jedis -> jedis.eval(COUNT, List.of(key), List.of()))).intValue();
  }

  /**
   * Prolongs leases, and takes those that nobody holds: Redis may have been away, or emptied, when
   * they were to be taken.
   */
  void renew(List<Lease> leases) throws RedisAwayException {
    List<String> arguments = new ArrayList<>(List.of(lease, keep));
    leases.forEach(held -> arguments.add(held.owner()));
    redis.insist(jedis -> jedis.eval(RENEW, leases.stream().map(Lease::key).toList(), arguments));
  }

  /** Keeps the result, unless another owner has taken the run over or has kept his. */
  Kept keep(Lease held, KeptReply result) throws RedisAwayException {
    List<?> answer =
        (List<?>)
            redis.call(
                jedis ->
                    jedis.eval(
                        KEEP, List.of(held.key()), List.of(held.owner(), keep, result.encode())));
    return switch ((String) answer.getFirst()) {
      case "kept" -> new Kept.ByAnother(read(answer.get(1)));
      case "theirs" -> new Kept.TakenOver();
      default -> new Kept.Stored();
    };
  }

  /** Ends the lease now, so that another gateway need not wait for it. */
  void release(Lease held) throws RedisAwayException {
    redis.call(jedis -> jedis.eval(RELEASE, List.of(held.key()), List.of(held.owner())));
  }

  private static KeptReply read(Object stored) {
    return KeptReply.decode((String) stored).orElse(new KeptReply(KeptReply.Result.FAILED, null));
  }

  /**
   * A run that one gateway holds.
   *
   * @param owner unlike any other run's, also of the same message and gateway
   */
  record Lease(String key, String owner) {}

  /** What became of a claim. */
  sealed interface Claim {

    /** Requests of WeChat's for this message so far, at all gateways. */
    int tries();

    /** No gateway has seen the message. */
    record Unknown() implements Claim {
      @Override
      public int tries() {
        return 0;
      }
    }

    /** It is answered. */
    record Kept(int tries, KeptReply reply) implements Claim {}

    /** Another one runs it. */
    record Theirs(int tries) implements Claim {}

    /**
     * The caller runs it.
     *
     * @param takenOver whether another one did before
     */
    record Mine(int tries, boolean takenOver) implements Claim {}
  }

  /** What became of a result. */
  sealed interface Kept {

    /** It is there for every gateway. */
    record Stored() implements Kept {}

    /** Another owner was faster; his stays. */
    record ByAnother(KeptReply reply) implements Kept {}

    /** Another owner runs it now; his will count. */
    record TakenOver() implements Kept {}
  }
}
