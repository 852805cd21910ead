package io.hongyan.gateway.batch;

import io.hongyan.gateway.account.Account;
import io.hongyan.gateway.account.Template;
import io.hongyan.gateway.web.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** The answers to submissions that are not accepted; scripts may rely on the problem names. */
final class IntakeProblems {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private IntakeProblems() {}

  /** 400: the body breaks its format at that place; both from 1. */
  static ProblemException unreadable(long line, long column, String detail) {
    return ProblemException.badRequest(
            "%s (line %d, column %d); nothing was accepted".formatted(detail, line, column))
        .at(line, column);
  }

  /** 400: the sender stopped before the end. */
  static ProblemException cutOff(long received, @Nullable Throwable cause) {
    return new ProblemException(
        HttpStatus.BAD_REQUEST,
        "cut-off",
        "The body was cut off",
        "The body ended early, after %d bytes; nothing was accepted".formatted(received),
        cause);
  }

  static ProblemException bodyTooLarge(long limit) {
    return tooLarge(
        "body-too-large",
        "The JSON body is larger than %d bytes; send NDJSON or CSV, which have no such limit"
            .formatted(limit));
  }

  static ProblemException lineTooLong(long line, int limit) {
    return tooLarge(
            "line-too-long",
            "Line %d is longer than %d bytes; nothing was accepted".formatted(line, limit))
        .with("line", line);
  }

  static ProblemException tooManyRecipients(long line, int limit) {
    return tooLarge(
            "too-many-recipients",
            "A batch takes at most %d recipients; nothing was accepted".formatted(limit))
        .with("line", line);
  }

  private static ProblemException tooLarge(String name, String detail) {
    return new ProblemException(
        HttpStatus.CONTENT_TOO_LARGE, name, "The batch is too large", detail);
  }

  static ProblemException unsupportedType(String detail) {
    return new ProblemException(
        HttpStatus.UNSUPPORTED_MEDIA_TYPE,
        "unsupported-media-type",
        "The body's format is not supported",
        detail);
  }

  static ProblemException unknownAccount(@Nullable String account) {
    return unprocessable(
        "unknown-account",
        "There is no such account",
        account == null
            ? "The setting 'account' is missing"
            : "There is no account '%s' that this API key may use".formatted(account));
  }

  static ProblemException accountDisabled(String account) {
    return unprocessable(
        "account-disabled",
        "The account is disabled",
        "Account '%s' is disabled and takes no batches".formatted(account));
  }

  static ProblemException unknownTemplate(@Nullable String account, @Nullable String template) {
    return unprocessable(
        "unknown-template",
        "There is no such template",
        template == null
            ? "The setting 'template' is missing"
            : "Account '%s' has no template '%s'".formatted(account, template));
  }

  /** Answers 422 if the last sync found that WeChat would refuse every message of the template. */
  static void requireUsable(Template template) {
    if (template.problem() != null) {
      throw unprocessable(
          "template-unusable",
          "WeChat would refuse the template",
          "Template '%1$s' of account '%2$s' cannot be used: %3$s. GET /v1/accounts/%2$s/wechat-templates shows what the account has at WeChat; PUT the template with an id and content from there, then submit again"
              .formatted(template.id(), template.accountId(), template.problem()));
    }
  }

  static ProblemException columns(String name, String detail) {
    return unprocessable(name, "The columns do not fit the template", detail);
  }

  /** 422: the one content of an audience breaks the template's rules. */
  static ProblemException content(Rejection refused) {
    return unprocessable(
            "invalid-content", "The content does not fit the template", refused.detail())
        .with("reason", refused.reason());
  }

  static ProblemException unknownTester(Account account, String name) {
    return unprocessable(
        "unknown-tester",
        "There is no such tester",
        "Account '%s' has no tester '%s'; known are %s"
            .formatted(account.id(), name, new TreeSet<>(account.testers().keySet())));
  }

  /** 422: nobody is left; names the first refused ones. */
  static ProblemException noRecipients(int rejected, List<Rejection> first) {
    String detail =
        rejected == 0
            ? "The batch has no recipients; give 'recipients' or, in JSON, an 'audience'"
            : "All %d recipients were refused; nothing was stored".formatted(rejected);
    return unprocessable("no-recipients", "No recipient can get the message", detail)
        .with("rejected", rejected)
        .with("rejections", first);
  }

  static ProblemException keyReused(String key) {
    return unprocessable(
        "idempotency-key-reused",
        "The Idempotency-Key was used for another batch",
        "Idempotency-Key '%s' was used with another body or other settings; use a new key for a new batch"
            .formatted(key));
  }

  private static ProblemException unprocessable(String name, String title, String detail) {
    return new ProblemException(HttpStatus.UNPROCESSABLE_CONTENT, name, title, detail);
  }

  /** 409: the first request with this key is not over. */
  static ProblemException stillReceiving(String key) {
    return new ProblemException(
            HttpStatus.CONFLICT,
            "still-receiving",
            "The first request with this Idempotency-Key is not over",
            "A request with Idempotency-Key '%s' is being received; try again to get its answer"
                .formatted(key))
        .retryAfter(RETRY_AFTER);
  }

  /** 503: every slot for uploads is taken. */
  static ProblemException busy() {
    return new ProblemException(
            HttpStatus.SERVICE_UNAVAILABLE,
            "busy",
            "Too many uploads at once",
            "Every slot for uploads is taken; nothing was accepted, try again")
        .retryAfter(RETRY_AFTER);
  }

  /** 503: the database lost the commit; certain. */
  static ProblemException notCommitted(Throwable cause) {
    return new ProblemException(
            HttpStatus.SERVICE_UNAVAILABLE,
            "not-accepted",
            "The database connection broke",
            "The database connection broke while the batch was being accepted; nothing was accepted, try again",
            cause)
        .retryAfter(RETRY_AFTER);
  }

  /** 503: nobody knows whether the commit happened. */
  static ProblemException commitUnknown(String batchId, Throwable cause) {
    return new ProblemException(
            HttpStatus.SERVICE_UNAVAILABLE,
            "acceptance-unknown",
            "Whether the batch was accepted is unknown",
            "The database connection broke while the batch was being accepted. Trying again with the same Idempotency-Key is safe; without one look whether batch %s exists first"
                .formatted(batchId),
            cause)
        .with("batchId", batchId)
        .retryAfter(RETRY_AFTER);
  }
}
