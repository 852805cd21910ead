package io.hongyan.gateway.batch;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads CSV as RFC 4180 has it, quoted line breaks included: a header {@code
 * openid,ref,url,uid,<field>,…}, then one recipient a record. Written here because the place of
 * every error must be named and an unclosed quote refused, which CSV libraries do not offer.
 */
final class CsvReader implements RecipientReader {

  private static final int OPENID = -1;
  private static final int REF = -2;
  private static final int URL = -3;
  private static final int UID = -4;

  private final LineReader lines;
  private int @Nullable [] columns;
  private String cell = "";

  CsvReader(LineReader lines) {
    this.lines = lines;
  }

  @Override
  public boolean read(RecipientDraft draft) {
    int[] header = columns;
    if (header == null) {
      header = readHeader(draft);
      columns = header;
    }
    do {
      if (!lines.next()) {
        return false;
      }
    } while (lines.length() == 0);
    draft.start(lines.line());
    int column = 0;
    int at = 0;
    do {
      if (column == header.length) {
        throw lines.unreadable(
            at, "The record has more cells than the header's %d".formatted(header.length));
      }
      at = readCell(at);
      put(draft, header[column++]);
    } while (at++ < lines.length());
    return true;
  }

  private void put(RecipientDraft draft, int column) {
    switch (column) {
      case OPENID -> draft.openid = cell;
      case REF -> draft.ref = cell.isEmpty() ? null : cell;
      case URL -> draft.url = cell.isEmpty() ? null : cell;
      case UID -> draft.uid = cell.isEmpty() ? null : cell;
      default -> draft.setValue(column, cell);
    }
  }

  private int[] readHeader(RecipientDraft draft) {
    if (!lines.next() || lines.length() == 0) {
      throw IntakeProblems.unreadable(1, 1, "The CSV header is missing");
    }
    Set<String> names = new HashSet<>();
    List<Integer> found = new ArrayList<>();
    int at = 0;
    do {
      int start = at;
      at = readCell(at);
      String name = cell.strip();
      if (!names.add(name)) {
        throw lines.unreadable(
            start, "The header names column '%s' twice".formatted(StorableText.shown(name)));
      }
      found.add(columnOf(name, draft));
    } while (at++ < lines.length());
    if (!names.contains("openid")) {
      throw IntakeProblems.columns("missing-column", "The header lacks the column 'openid'");
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int columnOf(String name, RecipientDraft draft) {
    return switch (name) {
      case "openid" -> OPENID;
      case "ref" -> REF;
      case "url" -> URL;
      case "uid" -> UID;
      default -> {
        int place = draft.placeOf(name);
        if (place < 0) {
          throw IntakeProblems.columns(
              "unknown-column",
              "The template has no field '%s', which the header names"
                  .formatted(StorableText.shown(name)));
        }
        yield place;
      }
    };
  }

  /** Reads a cell into {@link #cell}; returns where its comma stands, or the record's end. */
  private int readCell(int start) {
    char[] chars = lines.chars();
    int length = lines.length();
    if (start < length && chars[start] == '"') {
      return readQuoted(start);
    }
    int at = start;
    while (at < length && chars[at] != ',') {
      if (chars[at] == '"') {
        throw lines.unreadable(at, "A cell with a quote in it must begin with a quote");
      }
      at++;
    }
    cell = new String(chars, start, at - start);
    return at;
  }

  private int readQuoted(int start) {
    StringBuilder text = new StringBuilder();
    int from = start + 1;
    while (true) {
      int quote = nextQuote(start, from);
      text.append(lines.chars(), from, quote - from);
      int after = quote + 1;
      if (after < lines.length() && lines.chars()[after] == '"') {
        text.append('"');
        from = after + 1;
        continue;
      }
      if (after < lines.length() && lines.chars()[after] != ',') {
        throw lines.unreadable(
            after, "A closing quote must be followed by a comma or the line's end");
      }
      cell = text.toString();
      return after;
    }
  }

  private int nextQuote(int start, int from) {
    int at = from;
    while (true) {
      char[] chars = lines.chars();
      for (int length = lines.length(); at < length; at++) {
        if (chars[at] == '"') {
          return at;
        }
      }
      if (!lines.extend()) {
        throw lines.unreadable(start, "The quote that opens here is never closed");
      }
    }
  }
}
