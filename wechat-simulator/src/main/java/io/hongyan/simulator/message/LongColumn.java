package io.hongyan.simulator.message;

import java.util.ArrayList;
import java.util.List;

/** A list of longs that grows in chunks, without boxes and without copying. Not thread-safe. */
final class LongColumn {

  private static final int CHUNK_BITS = 15;
  private static final int CHUNK_MASK = (1 << CHUNK_BITS) - 1;

  private final List<long[]> chunks = new ArrayList<>();
  private int size;

  void add(long value) {
    if ((size & CHUNK_MASK) == 0) {
      chunks.add(new long[1 << CHUNK_BITS]);
    }
    chunks.get(size >>> CHUNK_BITS)[size & CHUNK_MASK] = value;
    size++;
  }

  long get(int index) {
    return chunks.get(index >>> CHUNK_BITS)[index & CHUNK_MASK];
  }

  int size() {
    return size;
  }
}
