package io.hongyan.simulator.message;

/**
 * 64 bits that stand for a text in the indexes, in place of the text itself. Two of ten million
 * different texts meet with a chance of 1 in 370,000.
 */
final class Fingerprint {

  private static final long SEED = 0x9E3779B97F4A7C15L;
  private static final long FACTOR = 0xC2B2AE3D27D4EB4FL;

  private Fingerprint() {}

  /** Of the parts one after another; never 0, which the index keeps for an empty slot. */
  static long of(String... parts) {
    long hash = SEED;
    for (String part : parts) {
      for (int i = 0; i < part.length(); i++) {
        hash = Long.rotateLeft((hash ^ part.charAt(i)) * FACTOR, 31);
      }
      // The length keeps ("ab", "c") and ("a", "bc") apart.
      hash = Long.rotateLeft((hash ^ ((long) part.length() << 32)) * FACTOR, 31);
    }
    // The last step of SplitMix64: without it near texts would share their upper bits.
    hash = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L;
    hash = (hash ^ (hash >>> 27)) * 0x94D049BB133111EBL;
    hash ^= hash >>> 31;
    return hash == 0 ? SEED : hash;
  }
}
