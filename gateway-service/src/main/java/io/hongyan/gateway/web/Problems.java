package io.hongyan.gateway.web;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

/** Builds the answers of {@link ProblemAdvice} and {@link ProblemErrorController}. */
final class Problems {

  private static final String TYPE_PREFIX = "urn:hongyan:problem:";

  private Problems() {}

  static ResponseEntity<Object> response(ProblemException problem) {
    ProblemDetail detail = detail(problem.status(), problem.name(), problem.detail());
    detail.setTitle(problem.title());
    problem.properties().forEach(detail::setProperty);
    ResponseEntity.BodyBuilder answer =
        ResponseEntity.status(problem.status()).contentType(MediaType.APPLICATION_PROBLEM_JSON);
    Duration wait = problem.retryAfter();
    if (wait != null) {
      answer.header(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, wait.toSeconds())));
    }
    return answer.body(detail);
  }

  static ProblemDetail detail(HttpStatus status, String name, String text) {
    ProblemDetail detail = ProblemDetail.forStatusAndDetail(status, text);
    detail.setType(URI.create(TYPE_PREFIX + name));
    detail.setTitle(status.getReasonPhrase());
    return detail;
  }

  /** The name of an error that only has a status, e.g. {@code method-not-allowed}. */
  static String nameOf(HttpStatus status) {
    return status.getReasonPhrase().toLowerCase(Locale.ROOT).replace(' ', '-');
  }
}
