package io.hongyan.simulator.message;

import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The packed records of neighbouring messages, immutable. Compressed once it is full: the same
 * keys, template ids and wordings come again and again, and shrink to about a third.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and copying would double the cost
record Block(byte[] bytes, int rawLength) {

  static Block plain(byte[] raw) {
    return new Block(raw, raw.length);
  }

  /** Packs the first {@code length} bytes; they stay as they are where packing gains nothing. */
  static Block packed(byte[] raw, int length, Deflater deflater) {
    byte[] packed = new byte[length];
    deflater.reset();
    deflater.setInput(raw, 0, length);
    deflater.finish();
    int packedLength = deflater.deflate(packed);
    byte[] bytes = new byte[deflater.finished() ? packedLength : length];
    System.arraycopy(deflater.finished() ? packed : raw, 0, bytes, 0, bytes.length);
    return new Block(bytes, length);
  }

  byte[] unpacked() {
    if (bytes.length == rawLength) {
      return bytes;
    }
    byte[] raw = new byte[rawLength];
    try (Unpacker unpacker = new Unpacker(bytes)) {
      unpacker.fill(raw);
    }
    return raw;
  }

  /** Frees the inflater's native memory at once; Inflater itself is no AutoCloseable on JDK 21. */
  private record Unpacker(Inflater inflater) implements AutoCloseable {

    Unpacker(byte[] packed) {
      this(new Inflater());
      inflater.setInput(packed);
    }

    void fill(byte[] raw) {
      try {
        if (inflater.inflate(raw) != raw.length) {
          throw new IllegalStateException("a block of messages is shorter than when it was packed");
        }
      } catch (DataFormatException e) {
        throw new IllegalStateException("a block of messages can't be unpacked", e);
      }
    }

    @Override
    public void close() {
      inflater.end();
    }
  }
}
