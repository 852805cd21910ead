package io.hongyan.common.message;

import com.github.f4b6a3.tsid.Tsid;
import com.github.f4b6a3.tsid.TsidCreator;
import java.util.Optional;

/** The id of a batch: a time-sorted 64-bit TSID, written as 13 characters outside the database. */
public record BatchId(long value) implements Comparable<BatchId> {

  /** A new id, later than every id this process has made before. */
  public static BatchId create() {
    return new BatchId(TsidCreator.getTsid().toLong());
  }

  /** Reads the 13-character form; empty if the text is not one. */
  public static Optional<BatchId> parse(String text) {
    return Tsid.isValid(text)
        ? Optional.of(new BatchId(Tsid.from(text).toLong()))
        : Optional.empty();
  }

  @Override
  public int compareTo(BatchId other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Tsid.from(value).toString();
  }
}
