package io.hongyan.chaos.load;

import java.util.BitSet;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * The recipients of one batch, numbered from 1: each has a ref and an openid unlike any other's in
 * the run. Kept as a prefix, a count and one bit for each, so that a run of millions fits in
 * memory. Never changes once made.
 */
public final class Recipients {

  private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9-]{1,40}");

  /** What an openid begins with whose owner does not follow the account. */
  private static final String STRANGER = "x";

  private final String prefix;
  private final int count;
  private final BitSet refused;

  private Recipients(String prefix, int count, BitSet refused) {
    this.prefix = prefix;
    this.count = count;
    this.refused = refused;
  }

  /**
   * Makes that many, of whom some do not follow the account.
   *
   * @param prefix of the refs, different for every batch of the run, such as {@code 3-17}
   * @param refusedRatio how many of them WeChat shall refuse for good, 0 to 1
   */
  public static Recipients of(
      String prefix, int count, double refusedRatio, RandomGenerator random) {
    if (!PREFIX.matcher(prefix).matches()) {
      throw new IllegalArgumentException("prefix of refs must be " + PREFIX + ": " + prefix);
    }
    BitSet refused = new BitSet(count + 1);
    for (int number = 1; number <= count; number++) {
      refused.set(number, random.nextDouble() < refusedRatio);
    }
    return new Recipients(prefix, count, refused);
  }

  public int count() {
    return count;
  }

  public String ref(int number) {
    return prefix + "-" + number;
  }

  public String openid(int number) {
    return (refused.get(number) ? STRANGER : ChaosAccount.FOLLOWERS) + ref(number);
  }

  /** Content of this recipient's field {@code thing1}, unlike any other's of the batch. */
  public String thing(int number) {
    return "headphones " + number;
  }

  /** WeChat refuses this one for good: it must end in {@code send_failed}. */
  public boolean isRefused(int number) {
    return refused.get(number);
  }

  public int refusedCount() {
    return refused.cardinality();
  }

  /** The number of the recipient with this ref; 0 if there is none. */
  public int numberOf(String ref) {
    int dash = prefix.length();
    int digits = ref.length() - dash - 1;
    if (digits < 1 || digits > 9 || !ref.startsWith(prefix) || ref.charAt(dash) != '-') {
      return 0;
    }
    int number = 0;
    for (int i = dash + 1; i < ref.length(); i++) {
      int digit = ref.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return 0;
      }
      number = number * 10 + digit;
    }
    return number <= count ? number : 0;
  }

  @Override
  public String toString() {
    return "%s-1 to %s-%d".formatted(prefix, prefix, count);
  }
}
