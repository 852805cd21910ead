package io.hongyan.chaos;

/** Entry of {@code ./hongyan chaos} and {@code ./hongyan soak}. */
final class Chaos {

  private Chaos() {}

  public static void main(String[] arguments) {
    System.exit(2);
  }
}
