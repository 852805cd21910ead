package io.hongyan.bench.peer;

import io.hongyan.bench.peer.Message.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Folds a group of start rows: one statement can change a row only once, so copies of one message
 * in one group take turns.
 */
final class Turns {

  private Turns() {}

  /**
   * The keys turn by turn: each turn has a key once at most, in order, and all turns together have
   * it as often as the group.
   */
  static List<List<Key>> of(List<Key> group) {
    List<List<Key>> turns = new ArrayList<>();
    List<Key> left = group;
    while (!left.isEmpty()) {
      TreeSet<Key> turn = new TreeSet<>();
      List<Key> next = new ArrayList<>();
      for (Key key : left) {
        if (!turn.add(key)) {
          next.add(key);
        }
      }
      turns.add(List.copyOf(turn));
      left = next;
    }
    return turns;
  }
}
