package io.hongyan.simulator.account;

/**
 * Every nth openid of another sequence: with 10 the tenth, the twentieth and so on. Takes no
 * memory.
 */
public record EveryNthOpenid(OpenidSequence whole, int every) implements OpenidSequence {

  @Override
  public int size() {
    return whole.size() / every;
  }

  @Override
  public String get(int place) {
    return whole.get((place + 1) * every - 1);
  }

  @Override
  public int placeOf(String openid) {
    int number = whole.placeOf(openid) + 1;
    return number > 0 && number % every == 0 ? number / every - 1 : -1;
  }
}
