package io.hongyan.gateway.batch;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;

/** Reads one recipient a line; blank lines are passed over but counted. */
final class NdjsonReader implements RecipientReader {

  private final LineReader lines;

  NdjsonReader(LineReader lines) {
    this.lines = lines;
  }

  @Override
  public boolean read(RecipientDraft draft) {
    do {
      if (!lines.next()) {
        return false;
      }
    } while (isBlank());
    draft.start(lines.line());
    try (JsonParser parser =
        RecipientJson.FACTORY.createParser(
            ObjectReadContext.empty(), lines.chars(), 0, lines.length())) {
      try {
        parser.nextToken();
        RecipientJson.read(parser, draft, lines.line());
        if (parser.nextToken() != null) {
          throw RecipientJson.unreadable(
              parser, "Something follows the recipient; a line takes one", lines.line());
        }
      } catch (JacksonException e) {
        throw RecipientJson.unreadable(parser, e, lines.line());
      }
    }
    return true;
  }

  private boolean isBlank() {
    char[] chars = lines.chars();
    for (int i = 0; i < lines.length(); i++) {
      if (chars[i] != ' ' && chars[i] != '\t') {
        return false;
      }
    }
    return true;
  }
}
