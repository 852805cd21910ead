package io.hongyan.gateway.batch;

import org.jspecify.annotations.Nullable;

/** Takes the fields of a {@code data} object as {@link RecipientJson} reads them. */
interface FieldSink {

  /** Place of a field; -1 if it has none, and then nothing more is said of it. */
  int placeOf(String field);

  /** Remembers a field without a place. */
  void foundUnknown(String field);

  void setValue(int place, @Nullable String value);

  void setColor(int place, @Nullable String color);
}
