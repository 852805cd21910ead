package io.hongyan.gateway.batch;

import io.hongyan.gateway.web.ProblemException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;

/**
 * Reads a JSON submission as it comes in: first {@link #readSettings()}, then the recipients, which
 * must come last because a stream cannot go back.
 */
final class JsonBodyReader implements RecipientReader {

  private final JsonParser parser;
  private boolean inRecipients;
  private int line;

  JsonBodyReader(MeasuredBody body) {
    this.parser =
        RecipientJson.FACTORY.createParser(ObjectReadContext.empty(), new Utf8Reader(body));
  }

  /** Reads up to the recipients, or to the end if there are none. */
  SettingsForm readSettings() {
    try {
      SettingsForm form = new SettingsForm();
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw unreadable(
            parser.currentToken() == null ? "The body is empty" : "The body must be an object");
      }
      String name;
      while ((name = parser.nextName()) != null) {
        parser.nextToken();
        if (name.equals("recipients")) {
          enterRecipients(form);
          return form;
        }
        readSetting(form, name);
      }
      requireEnd();
      return form;
    } catch (JacksonException e) {
      throw RecipientJson.unreadable(parser, e, 0);
    }
  }

  @Override
  public boolean read(RecipientDraft draft) {
    if (!inRecipients) {
      return false;
    }
    try {
      if (parser.nextToken() == JsonToken.END_ARRAY) {
        inRecipients = false;
        requireRecipientsLast();
        return false;
      }
      draft.start(++line);
      RecipientJson.read(parser, draft, 0);
      return true;
    } catch (JacksonException e) {
      throw RecipientJson.unreadable(parser, e, 0);
    }
  }

  private void enterRecipients(SettingsForm form) {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw unreadable("'recipients' must be an array");
    }
    if (form.has(Setting.ACCOUNT) && form.has(Setting.TEMPLATE)) {
      inRecipients = true;
      return;
    }
    // Either they come later, which is unreadable, or not at all, which is for the caller to say.
    parser.skipChildren();
    requireRecipientsLast();
  }

  private void requireRecipientsLast() {
    if (parser.nextToken() != JsonToken.END_OBJECT) {
      throw unreadable(
          "'recipients' must come last in the body, so that it can be streamed; '%s' comes after it"
              .formatted(StorableText.shown(parser.currentName())));
    }
    requireEnd();
  }

  private void requireEnd() {
    if (parser.nextToken() != null) {
      throw unreadable("Something follows the end of the JSON object");
    }
  }

  private void readSetting(SettingsForm form, String name) {
    if (name.equals("miniprogram")) {
      readMiniprogram(form);
      return;
    }
    put(form, Setting.ofProperty(name).orElseThrow(() -> unknown(name)), name);
  }

  private void readMiniprogram(SettingsForm form) {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw unreadable("'miniprogram' must be an object");
    }
    TokenStreamLocation start = parser.currentTokenLocation();
    String name;
    while ((name = parser.nextName()) != null) {
      parser.nextToken();
      switch (name) {
        case "appid" -> put(form, Setting.MINIPROGRAM_APPID, "miniprogram.appid");
        case "pagepath" -> put(form, Setting.MINIPROGRAM_PAGEPATH, "miniprogram.pagepath");
        default -> throw unknown("miniprogram." + name);
      }
    }
    if (!form.has(Setting.MINIPROGRAM_APPID)) {
      throw IntakeProblems.unreadable(
          start.getLineNr(), start.getColumnNr(), "'miniprogram' needs an 'appid'");
    }
  }

  private void put(SettingsForm form, Setting setting, String name) {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.VALUE_NULL) { // the same as absent
      return;
    }
    boolean fits =
        switch (setting.kind()) {
          case TEXT -> token == JsonToken.VALUE_STRING;
          case INTEGER -> token == JsonToken.VALUE_NUMBER_INT;
          case BOOLEAN -> token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE;
        };
    if (!fits) {
      throw unreadable("'%s' must be %s".formatted(name, setting.kind().description()));
    }
    TokenStreamLocation place = parser.currentTokenLocation();
    form.put(setting, parser.getString(), place.getLineNr(), place.getColumnNr());
  }

  private ProblemException unknown(String name) {
    return unreadable("'%s' is not a known setting".formatted(StorableText.shown(name)));
  }

  private ProblemException unreadable(String detail) {
    return RecipientJson.unreadable(parser, detail, 0);
  }
}
