package io.hongyan.gateway.batch;

/** Reads the recipients of a body one after the other, as it comes in. */
sealed interface RecipientReader permits JsonBodyReader, NdjsonReader, CsvReader, TesterReader {

  /**
   * Reads the next recipient into the draft; false if there is none left and the body ended as its
   * format demands. What cannot be read is a 400 that names line and column.
   */
  boolean read(RecipientDraft draft);
}
