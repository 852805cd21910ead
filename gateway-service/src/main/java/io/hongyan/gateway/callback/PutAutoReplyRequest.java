package io.hongyan.gateway.callback;

import io.hongyan.gateway.batch.StorableText;
import io.hongyan.gateway.web.ProblemException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Body of {@code PUT /v1/accounts/{id}/auto-replies/{ruleId}}. */
record PutAutoReplyRequest(
    @Nullable String on,
    @Nullable String match,
    @Nullable String pattern,
    @Nullable Integer position,
    @Nullable ReplyDraft reply,
    @Nullable Boolean enabled) {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final int MOST_CHARACTERS = 256;

  /** The rule to store; answers 422 for a value that is not allowed. */
  NewRule check(String account, String id, JsonMapper json) {
    ProblemException.requireValid(
        ID.matcher(id).matches(),
        "a rule's id is 1 to 64 of A-Z, a-z, 0-9, '_', '.' and '-': '" + id + "'");
    Occasion occasion =
        Optional.ofNullable(on)
            .flatMap(Occasion::ofText)
            .orElseThrow(
                () -> ProblemException.invalid("on must be keyword, subscribe or default"));
    checkMatch(occasion);
    return new NewRule(
        account,
        id,
        occasion.text(),
        match,
        pattern,
        position == null ? 0 : position,
        json.writeValueAsString(checkedReply()),
        enabled == null || enabled);
  }

  private void checkMatch(Occasion occasion) {
    if (occasion != Occasion.KEYWORD) {
      ProblemException.requireValid(
          match == null && pattern == null,
          "match and pattern belong to rules on keyword, not on " + occasion.text());
      return;
    }
    ProblemException.requireValid(
        match != null, "match is needed for a keyword: exact, contains or regex");
    ProblemException.requireValid(
        pattern != null
            && !pattern.isBlank()
            && pattern.length() <= MOST_CHARACTERS
            && StorableText.isPlain(pattern),
        "pattern must have 1 to %d characters, none of them control characters"
            .formatted(MOST_CHARACTERS));
    try {
      TextMatch checked = AutoReplyRule.match(match, pattern, Duration.ZERO);
      if (checked == null) {
        throw new IllegalStateException("a keyword rule without a keyword");
      }
    } catch (PatternSyntaxException e) {
      int character = Math.max(0, e.getIndex()) + 1;
      throw ProblemException.invalid(
              "pattern is no regular expression: %s at its character %d"
                  .formatted(e.getDescription(), character))
          .with("character", character);
    } catch (InvalidReplyException e) {
      throw ProblemException.invalid(e.problem());
    }
  }

  private ReplyDraft checkedReply() {
    ReplyDraft draft = reply;
    if (draft == null) {
      throw ProblemException.invalid("reply is needed");
    }
    try {
      if (!draft.isForward()) {
        draft.check();
      }
      return draft;
    } catch (InvalidReplyException e) {
      throw ProblemException.invalid("reply: " + e.problem());
    }
  }
}
