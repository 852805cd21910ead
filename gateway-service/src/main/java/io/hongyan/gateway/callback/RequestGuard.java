package io.hongyan.gateway.callback;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Tells a request of WeChat's from a recorded one that somebody sends again. A timestamp is good
 * for some minutes and a nonce for one message; WeChat's own retries of a message may come with the
 * nonce of the first try. One call to Redis for each request; while it is away a gateway goes by
 * what it has seen itself, see {@link NonceStore}. Thread-safe.
 */
final class RequestGuard {

  /** WeChat tries three times, 5 seconds apart (wechat-api 6.3); the rest is for clocks. */
  private static final Duration RETRIES_END = Duration.ofSeconds(20);

  private static final String KEY_PREFIX = "hongyan:nonce:";
  private static final int HASH_BYTES = 12;
  private static final char SEPARATOR = ' ';

  private final NonceStore nonces;
  private final Clock clock;
  private final Duration maxAge;
  private final boolean refuseReplays;

  RequestGuard(NonceStore nonces, Clock clock, CallbackProperties properties) {
    this.nonces = nonces;
    this.clock = clock;
    this.maxAge = properties.maxAge();
    this.refuseReplays = properties.refuseReplays();
  }

  /** What a signed request is. */
  enum Verdict {
    /** Sent now, with a nonce that is new. */
    FRESH,
    /** The same message with the same nonce, as soon as WeChat tries again. */
    RETRY,
    /** The same message with the same nonce, later than WeChat tries. */
    REPEATED,
    /** Another message with a nonce that was used. */
    REPLAYED,
    /** A timestamp too far from now, and a nonce that nobody knows. */
    STALE
  }

  /** Whether the timestamp is near enough to now. */
  boolean isFresh(long timestamp) {
    Duration age = Duration.ofSeconds(clock.instant().getEpochSecond() - timestamp).abs();
    return age.compareTo(maxAge) <= 0;
  }

  /**
   * Judges a request whose signature is right, and remembers its nonce if it is fresh.
   *
   * @param timestamp seconds, as signed
   * @param messageKey what makes it the same message when it comes again
   */
  Verdict judge(String account, long timestamp, String nonce, String messageKey) {
    boolean fresh = isFresh(timestamp);
    if (!refuseReplays) {
      return fresh ? Verdict.FRESH : Verdict.STALE;
    }
    String key = KEY_PREFIX + account + ':' + timestamp + ':' + nonce;
    String hash = hash(messageKey);
    Instant now = clock.instant();
    @Nullable String use =
        fresh ? nonces.putIfAbsent(key, hash + SEPARATOR + now.toEpochMilli()) : nonces.find(key);
    if (use == null) {
      return fresh ? Verdict.FRESH : Verdict.STALE;
    }
    int end = use.indexOf(SEPARATOR);
    if (end < 0 || !use.substring(0, end).equals(hash)) {
      return Verdict.REPLAYED;
    }
    Instant first = Instant.ofEpochMilli(Long.parseLong(use.substring(end + 1)));
    return now.isAfter(first.plus(RETRIES_END)) ? Verdict.REPEATED : Verdict.RETRY;
  }

  private static String hash(String messageKey) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(messageKey.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
