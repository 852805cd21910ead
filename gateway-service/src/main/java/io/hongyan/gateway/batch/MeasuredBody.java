package io.hongyan.gateway.batch;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as the readers see it: counted, held to a limit, digested for the idempotency
 * key, and ending normally only if all of it came.
 */
final class MeasuredBody extends InputStream {

  private static final int DRAIN_SIZE = 64 * 1024;

  private final InputStream in;
  private final long announced;
  private final long limit;
  private final @Nullable MessageDigest digest;
  private long received;

  /**
   * @param announced the Content-Length, or -1 if none was sent
   * @param limit most bytes the body may have
   * @param digest updated with every byte read; null if nobody asks
   */
  MeasuredBody(InputStream in, long announced, long limit, @Nullable MessageDigest digest) {
    if (announced > limit) {
      throw IntakeProblems.bodyTooLarge(limit);
    }
    this.in = in;
    this.announced = announced;
    this.limit = limit;
    this.digest = digest;
  }

  /** Reads what is left, for the digest. */
  void drain() {
    byte[] unused = new byte[DRAIN_SIZE];
    while (read(unused, 0, unused.length) >= 0) {
      // the digest is all that counts
    }
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /** Reads some bytes; a body that ends early is a problem, not an end. */
  @Override
  public int read(byte[] target, int offset, int length) {
    int count;
    try {
      count = in.read(target, offset, length);
    } catch (IOException e) {
      throw IntakeProblems.cutOff(received, e);
    }
    if (count < 0) {
      if (received < announced) {
        throw IntakeProblems.cutOff(received, null);
      }
      return -1;
    }
    received += count;
    if (received > limit) {
      throw IntakeProblems.bodyTooLarge(limit);
    }
    if (digest != null) {
      digest.update(target, offset, count);
    }
    return count;
  }
}
