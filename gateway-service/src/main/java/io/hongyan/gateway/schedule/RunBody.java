package io.hongyan.gateway.schedule;

import io.hongyan.gateway.web.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What each run of a schedule submits: the JSON body of a batch, with {@code expireAfter} in place
 * of {@code expireAt}. Only what a schedule has of its own is checked here; the rest is for the
 * intake to check.
 */
record RunBody(ObjectNode settings) {

  private static final String ACCOUNT = "account";
  private static final String EXPIRE_AFTER = "expireAfter";
  private static final Duration LONGEST_LIFE = Duration.ofDays(365);
  // What a batch has and a run has not, and what to do instead.
  private static final Map<String, String> NOT_HERE =
      Map.of(
          "recipients", "a schedule has an 'audience', which each run looks up anew",
          "sendAt", "each run is sent when it is due",
          "expireAt", "'expireAfter', such as PT6H, lets each run expire so long after it was due");

  /** Reads what a caller sent; 400 for what cannot be read, 422 for what is missing. */
  static RunBody of(@Nullable JsonNode batch) {
    if (batch == null || batch.isNull()) {
      throw ProblemException.invalid("batch is needed: what each run submits");
    }
    RunBody body = new RunBody(object(batch, "'batch' must be an object"));
    body.check();
    return body;
  }

  /** Reads {@link #stored()}; 400 for what is none. */
  static RunBody ofStored(String json) {
    return new RunBody(object(JsonMapper.shared().readTree(json), "'batch' must be an object"));
  }

  /**
   * The same with other settings for one run; each replaces the stored one as a whole, and JSON's
   * null takes it away.
   *
   * @param others null or an object; the account stays
   */
  RunBody with(@Nullable JsonNode others) {
    if (others == null || others.isNull()) {
      return this;
    }
    ObjectNode merged = settings.deepCopy();
    for (Map.Entry<String, JsonNode> other :
        object(others, "the body must be an object").properties()) {
      if (other.getKey().equals(ACCOUNT) && !other.getValue().equals(settings.get(ACCOUNT))) {
        throw ProblemException.invalid("a run goes to the account of its schedule, " + account());
      }
      merged.set(other.getKey(), other.getValue());
    }
    RunBody body = new RunBody(merged);
    body.check();
    return body;
  }

  /** The account it is for. */
  String account() {
    return settings.path(ACCOUNT).stringValue("");
  }

  /** The template it is for, or nothing. */
  String template() {
    return settings.path("template").stringValue("");
  }

  /** The body as it is stored. */
  String stored() {
    // Half of a surrogate pair becomes a question mark, as in what is submitted.
    return new String(bytes(settings), StandardCharsets.UTF_8);
  }

  /** The body that a run submits; the same bytes whenever it is asked for. */
  byte[] at(Instant due) {
    ObjectNode body = settings.deepCopy();
    body.remove(EXPIRE_AFTER);
    Duration life = life();
    if (life != null) {
      body.put("expireAt", due.plus(life).toString());
    }
    return bytes(body);
  }

  /** Whether a run for that moment would have expired by now. */
  boolean isExpired(Instant due, Instant now) {
    Duration life = life();
    return life != null && !due.plus(life).isAfter(now);
  }

  private void check() {
    NOT_HERE.forEach(
        (name, instead) -> {
          if (settings.hasNonNull(name)) {
            throw ProblemException.badRequest(
                "'%s' has no place here: %s".formatted(name, instead));
          }
        });
    ProblemException.requireValid(
        settings.path(ACCOUNT).isString(), "batch.account is needed: the id of an account");
    ProblemException.requireValid(
        settings.hasNonNull("audience"),
        "batch.audience is needed: whom each run is for, such as {\"tag\": \"vip\"}");
    Duration life = life();
    ProblemException.requireValid(
        life == null || (life.isPositive() && life.compareTo(LONGEST_LIFE) <= 0),
        "expireAfter must be above zero and at most %d days".formatted(LONGEST_LIFE.toDays()));
  }

  private @Nullable Duration life() {
    JsonNode text = settings.get(EXPIRE_AFTER);
    if (text == null || text.isNull()) {
      return null;
    }
    try {
      return Duration.parse(text.stringValue(""));
    } catch (DateTimeException e) {
      throw ProblemException.badRequest(
          "'expireAfter' must be a duration, such as PT6H or P1DT12H");
    }
  }

  private static ObjectNode object(JsonNode node, String otherwise) {
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw ProblemException.badRequest(otherwise);
  }

  private static byte[] bytes(ObjectNode body) {
    return body.toString().getBytes(StandardCharsets.UTF_8);
  }
}
