package io.hongyan.simulator.account;

/**
 * Openids in an order, each found by its place and by its text. It never changes, so that a million
 * of them can be reckoned instead of stored.
 */
public interface OpenidSequence {

  OpenidSequence NONE = new GeneratedOpenids("", 0);

  int size();

  /**
   * The openid at a place.
   *
   * @param place from 0
   */
  String get(int place);

  /** The openid's place; -1 when it has none. */
  int placeOf(String openid);
}
