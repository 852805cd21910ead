package io.hongyan.gateway.batch;

import io.hongyan.gateway.web.ProblemException;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;

/** Reads one recipient's JSON object, for {@link JsonBodyReader} and {@link NdjsonReader}. */
final class RecipientJson {

  /** Strict: a key twice in one object is an error. */
  static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private RecipientJson() {}

  /**
   * Reads the object whose start is the current token.
   *
   * @param onLine the line of the body that is all the parser sees, from 1; 0 = it sees a body with
   *     lines of its own
   */
  static void read(JsonParser parser, RecipientDraft draft, int onLine) {
    expect(parser, JsonToken.START_OBJECT, "a recipient must be an object", onLine);
    String name;
    while ((name = parser.nextName()) != null) {
      parser.nextToken();
      switch (name) {
        case "openid" -> draft.openid = text(parser, name, onLine);
        case "ref" -> draft.ref = text(parser, name, onLine);
        case "url" -> draft.url = text(parser, name, onLine);
        case "uid" -> draft.uid = text(parser, name, onLine);
        case "data" -> readData(parser, draft, onLine);
        default ->
            throw unreadable(
                parser,
                "'%s' is not a known property of a recipient; known are openid, ref, url, uid, data"
                    .formatted(StorableText.shown(name)),
                onLine);
      }
    }
  }

  /** Reads the fields of the object whose start is the current token; JSON's null has none. */
  static void readData(JsonParser parser, FieldSink sink, int onLine) {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    expect(parser, JsonToken.START_OBJECT, "'data' must be an object", onLine);
    String name;
    while ((name = parser.nextName()) != null) {
      int place = sink.placeOf(name);
      if (place < 0) {
        sink.foundUnknown(name);
      }
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        readValue(parser, sink, place, onLine);
      } else {
        String value = text(parser, name, onLine);
        if (place >= 0) {
          sink.setValue(place, value);
        }
      }
    }
  }

  private static void readValue(JsonParser parser, FieldSink sink, int place, int onLine) {
    String name;
    while ((name = parser.nextName()) != null) {
      parser.nextToken();
      String text = text(parser, name, onLine);
      boolean value = name.equals("value");
      if (!value && !name.equals("color")) {
        throw unreadable(
            parser,
            "'%s' is not a known property of a field; known are value, color"
                .formatted(StorableText.shown(name)),
            onLine);
      }
      if (place >= 0 && value) {
        sink.setValue(place, text);
      } else if (place >= 0) {
        sink.setColor(place, text);
      }
    }
  }

  /** The current token as text; null for JSON's null, which means absent everywhere. */
  private static @Nullable String text(JsonParser parser, String name, int onLine) {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      return parser.getString();
    }
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return null;
    }
    throw unreadable(parser, "'%s' must be a string".formatted(StorableText.shown(name)), onLine);
  }

  private static void expect(JsonParser parser, JsonToken token, String otherwise, int onLine) {
    if (parser.currentToken() != token) {
      throw unreadable(parser, otherwise, onLine);
    }
  }

  /** 400 at the current token. */
  static ProblemException unreadable(JsonParser parser, String detail, int onLine) {
    return unreadable(parser.currentTokenLocation(), detail, onLine);
  }

  /** 400 for what the parser did not understand. */
  static ProblemException unreadable(JsonParser parser, JacksonException failure, int onLine) {
    if (failure instanceof JacksonIOException
        && failure.getCause() instanceof CharacterCodingException) {
      return unreadable(parser.currentLocation(), "The body is not UTF-8", onLine);
    }
    TokenStreamLocation place = failure.getLocation();
    return unreadable(
        place == null ? parser.currentLocation() : place,
        "The body is not valid JSON: " + readable(failure.getOriginalMessage()),
        onLine);
  }

  private static ProblemException unreadable(TokenStreamLocation place, String detail, int onLine) {
    // Not the parser's own line: it takes a CR alone for a line's end, NDJSON does not.
    return onLine > 0
        ? IntakeProblems.unreadable(onLine, Math.max(0, place.getCharOffset()) + 1, detail)
        : IntakeProblems.unreadable(
            Math.max(1, place.getLineNr()), Math.max(1, place.getColumnNr()), detail);
  }

  // Jackson adds where the object began, in words about its own settings.
  private static String readable(String message) {
    int startMarker = message.indexOf(" (start marker at");
    String text = startMarker < 0 ? message : message.substring(0, startMarker);
    return text.lines().findFirst().orElse("");
  }
}
