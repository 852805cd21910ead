package io.hongyan.simulator.message;

/**
 * A map from fingerprints to positions at 16 to 32 bytes an entry. It grows a 1,024th at a time: no
 * put ever copies the whole of it, and at ten million entries an array is still small enough not to
 * take a G1 region of its own, half of it unused. Not thread-safe.
 */
final class HashIndex {

  /** What {@link #get} gives for a key that is not there; no value may be negative but this. */
  static final int ABSENT = -1;

  private static final int SEGMENT_BITS = 10;

  private final Segment[] segments = new Segment[1 << SEGMENT_BITS];
  private long size;

  HashIndex() {
    for (int i = 0; i < segments.length; i++) {
      segments[i] = new Segment();
    }
  }

  int get(long key) {
    return segmentOf(key).get(key);
  }

  /** Returns the value that was there before, or {@link #ABSENT}. */
  int put(long key, int value) {
    int before = segmentOf(key).put(key, value);
    if (before == ABSENT) {
      size++;
    }
    return before;
  }

  long size() {
    return size;
  }

  private Segment segmentOf(long key) {
    return segments[(int) (key >>> (Long.SIZE - SEGMENT_BITS))];
  }

  /** Open addressing with linear probing; key 0 marks a free slot. */
  private static final class Segment {
    private long[] keys = new long[16];
    private int[] values = new int[16];
    private int used;

    int get(long key) {
      int slot = slotOf(key);
      return keys[slot] == key ? values[slot] : ABSENT;
    }

    int put(long key, int value) {
      int slot = slotOf(key);
      if (keys[slot] == key) {
        int before = values[slot];
        values[slot] = value;
        return before;
      }
      keys[slot] = key;
      values[slot] = value;
      if (++used > keys.length / 4 * 3) {
        grow();
      }
      return ABSENT;
    }

    private int slotOf(long key) {
      int mask = keys.length - 1;
      int slot = (int) key & mask;
      while (keys[slot] != 0 && keys[slot] != key) {
        slot = (slot + 1) & mask;
      }
      return slot;
    }

    private void grow() {
      long[] oldKeys = keys;
      int[] oldValues = values;
      keys = new long[oldKeys.length * 2];
      values = new int[oldValues.length * 2];
      for (int i = 0; i < oldKeys.length; i++) {
        if (oldKeys[i] != 0) {
          int slot = slotOf(oldKeys[i]);
          keys[slot] = oldKeys[i];
          values[slot] = oldValues[i];
        }
      }
    }
  }
}
