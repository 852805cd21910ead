package io.hongyan.gateway.batch;

import io.hongyan.gateway.audience.Audience;
import io.hongyan.gateway.web.ProblemException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;

/**
 * Reads a JSON submission as it comes in: first {@link #readSettings()}, then {@link
 * #addressees()}, whose recipients must come last because a stream cannot go back.
 */
final class JsonBodyReader implements RecipientReader {

  private static final int MOST_TESTERS = 50;

  private final JsonParser parser;
  private final boolean toTesters;
  private boolean inRecipients;
  private int line;
  private @Nullable Audience audience;
  private @Nullable BatchContent content;
  private @Nullable List<String> testers;

  /**
   * @param toTesters whether the body names testers instead of recipients or an audience
   */
  JsonBodyReader(MeasuredBody body, boolean toTesters) {
    this.parser =
        RecipientJson.FACTORY.createParser(ObjectReadContext.empty(), new Utf8Reader(body));
    this.toTesters = toTesters;
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
        if (name.equals("recipients") && !toTesters) {
          enterRecipients(form);
          return form;
        }
        readProperty(form, name);
      }
      requireEnd();
      return form;
    } catch (JacksonException e) {
      throw RecipientJson.unreadable(parser, e, 0);
    }
  }

  /** Whom it is for, after {@link #readSettings()}; 422 if that is not said. */
  Addressees addressees() {
    BatchContent common = content == null ? new BatchContent() : content;
    if (toTesters) {
      if (testers == null) {
        throw ProblemException.invalid("'testers' is missing: the names of testers of the account");
      }
      return new Addressees.Testers(testers, common);
    }
    if (audience != null) {
      return new Addressees.Followers(audience, common);
    }
    return new Addressees.Listed(this);
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
    if (audience != null) {
      throw unreadable("A batch has either 'recipients' or an 'audience', not both");
    }
    if (content != null) {
      throw unreadable("'data' beside 'recipients': each of them has a 'data' of its own");
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

  private void readProperty(SettingsForm form, String name) {
    switch (name) {
      case "miniprogram" -> readMiniprogram(form);
      case "data" -> {
        content = new BatchContent();
        RecipientJson.readData(parser, content, 0);
      }
      case "audience" -> {
        if (toTesters) {
          throw unknown(name);
        }
        readAudience();
      }
      case "testers" -> {
        if (!toTesters) {
          throw unknown(name);
        }
        readTesters();
      }
      default -> put(form, Setting.ofProperty(name).orElseThrow(() -> unknown(name)), name);
    }
  }

  private void readAudience() {
    TokenStreamLocation start = parser.currentTokenLocation();
    try {
      audience = Audience.read(parser);
    } catch (ProblemException e) {
      throw e.at(start.getLineNr(), start.getColumnNr());
    }
  }

  private void readTesters() {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw unreadable("'testers' must be a list of names");
    }
    List<String> names = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.VALUE_STRING) {
        throw unreadable("'testers' must be a list of names");
      }
      if (names.size() == MOST_TESTERS) {
        throw unreadable("'testers' takes at most %d names".formatted(MOST_TESTERS));
      }
      names.add(parser.getString());
    }
    if (names.isEmpty()) {
      throw unreadable("'testers' must name somebody");
    }
    testers = names;
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
