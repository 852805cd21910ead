package io.hongyan.simulator.account;

/** {@code oM0000001}, {@code oM0000002} and so on: a prefix and seven digits. Takes no memory. */
public record GeneratedOpenids(String prefix, int count) implements OpenidSequence {

  public static final int MOST = 9_999_999;

  private static final int DIGITS = 7;

  @Override
  public int size() {
    return count;
  }

  @Override
  public String get(int place) {
    String number = Integer.toString(place + 1);
    return prefix + "0".repeat(DIGITS - number.length()) + number;
  }

  @Override
  public int placeOf(String openid) {
    if (openid.length() != prefix.length() + DIGITS || !openid.startsWith(prefix)) {
      return -1;
    }
    int number = 0;
    for (int i = prefix.length(); i < openid.length(); i++) {
      int digit = openid.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number <= count ? number - 1 : -1;
  }
}
