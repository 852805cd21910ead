package io.hongyan.gateway.web;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * A request that is answered with an RFC 9457 problem detail of type {@code
 * urn:hongyan:problem:<name>}. Any feature throws it; {@link ProblemAdvice} writes it. The detail
 * is shown to the caller: what failed, and what to do.
 */
public final class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1L;
  private static final String LINE = "line";
  private static final String COLUMN = "column";
  private static final Set<String> PLACE = Set.of(LINE, COLUMN);

  private final HttpStatus status;
  private final String name;
  private final String title;
  private final String detail;
  // Shown as JSON; values are text and numbers only.
  private final transient Map<String, Object> properties = new LinkedHashMap<>();
  private @Nullable Duration retryAfter;

  /**
   * @param name last part of the type, e.g. {@code unknown-account}; scripts may rely on it
   * @param title the same for every problem of that name
   * @param detail this case: ids, and what the caller can do
   */
  public ProblemException(HttpStatus status, String name, String title, String detail) {
    this(status, name, title, detail, null);
  }

  /** As above, with the cause for the log. */
  public ProblemException(
      HttpStatus status, String name, String title, String detail, @Nullable Throwable cause) {
    super(name + ": " + wellFormed(detail), cause);
    this.status = status;
    this.name = name;
    this.title = title;
    this.detail = wellFormed(detail);
  }

  // A detail quotes what was sent, and JSON's escapes allow half a surrogate pair, which many
  // readers of an answer stumble over; it becomes a question mark.
  private static String wellFormed(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  /** 400: the request cannot be read. */
  public static ProblemException badRequest(String detail) {
    return new ProblemException(
        HttpStatus.BAD_REQUEST, "bad-request", "The request cannot be read", detail);
  }

  /** 422: the request can be read, but a value in it is not allowed. */
  public static ProblemException invalid(String detail) {
    return new ProblemException(
        HttpStatus.UNPROCESSABLE_CONTENT, "invalid-value", "A value is not allowed", detail);
  }

  /** Answers 422 with the text unless the value is allowed. */
  public static void requireValid(boolean allowed, String otherwise) {
    if (!allowed) {
      throw invalid(otherwise);
    }
  }

  /** 404: no such thing, or one that the key may not see. */
  public static ProblemException notFound(String detail) {
    return new ProblemException(
        HttpStatus.NOT_FOUND, "not-found", "There is no such thing", detail);
  }

  /** Names the place in the body, both from 1. */
  public ProblemException at(long line, long column) {
    return with(LINE, line).with(COLUMN, column);
  }

  /**
   * The same problem of a part of the body that was read apart, as one line: its place there is
   * none in the body that was sent.
   */
  public ProblemException within(String part) {
    String where = properties.containsKey(LINE) ? "In '%s', read as one line" : "In '%s'";
    ProblemException problem =
        new ProblemException(
            status, name, title, "%s: %s".formatted(where.formatted(part), detail), this);
    properties.forEach(
        (property, value) -> {
          if (!PLACE.contains(property)) {
            problem.with(property, value);
          }
        });
    problem.retryAfter = retryAfter;
    return problem;
  }

  /** Adds a property to the problem detail; the value is text or a number. */
  public ProblemException with(String property, Object value) {
    properties.put(property, value);
    return this;
  }

  /** Tells the caller when to try again. */
  public ProblemException retryAfter(Duration wait) {
    this.retryAfter = wait;
    return this;
  }

  /** HTTP status of the answer. */
  public HttpStatus status() {
    return status;
  }

  /** Last part of the type. */
  public String name() {
    return name;
  }

  String title() {
    return title;
  }

  String detail() {
    return detail;
  }

  Map<String, Object> properties() {
    return properties;
  }

  @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
