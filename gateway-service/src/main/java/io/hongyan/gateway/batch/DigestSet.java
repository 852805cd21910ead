package io.hongyan.gateway.batch;

/**
 * The 128-bit digests of the recipients seen so far, to tell repeats: 16 bytes a place and no
 * objects, so that a million recipients take 32 MB. Not thread-safe; one for each batch.
 */
final class DigestSet {

  private static final int FIRST_CAPACITY = 1 << 10;

  // Two longs a place; both 0 = free.
  private long[] places = new long[FIRST_CAPACITY * 2];
  private int mask = FIRST_CAPACITY - 1;
  private int size;

  /** Adds a digest of evenly spread bits; false if it was there. */
  boolean add(long high, long low) {
    long first = high == 0 && low == 0 ? 1 : high; // 0,0 means free
    if (!put(places, mask, first, low)) {
      return false;
    }
    size++;
    if (size > (mask + 1L) * 5 / 8) {
      grow();
    }
    return true;
  }

  private static boolean put(long[] places, int mask, long high, long low) {
    int place = (int) high & mask;
    while (places[2 * place] != 0 || places[2 * place + 1] != 0) {
      if (places[2 * place] == high && places[2 * place + 1] == low) {
        return false;
      }
      place = (place + 1) & mask;
    }
    places[2 * place] = high;
    places[2 * place + 1] = low;
    return true;
  }

  private void grow() {
    int newMask = mask * 2 + 1;
    long[] larger = new long[(newMask + 1) * 2];
    for (int i = 0; i < places.length; i += 2) {
      if (places[i] != 0 || places[i + 1] != 0) {
        put(larger, newMask, places[i], places[i + 1]);
      }
    }
    places = larger;
    mask = newMask;
  }
}
