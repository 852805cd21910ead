package io.hongyan.gateway.inbox;

import com.github.f4b6a3.tsid.Tsid;
import com.github.f4b6a3.tsid.TsidCreator;
import java.util.Optional;

/** The id of an announcement: a time-sorted 64-bit TSID, 13 characters outside the database. */
record InboxId(long value) {

  static InboxId create() {
    return new InboxId(TsidCreator.getTsid().toLong());
  }

  /** Reads the 13-character form; empty if the text is not one. */
  static Optional<InboxId> parse(String text) {
    return Tsid.isValid(text)
        ? Optional.of(new InboxId(Tsid.from(text).toLong()))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return Tsid.from(value).toString();
  }
}
