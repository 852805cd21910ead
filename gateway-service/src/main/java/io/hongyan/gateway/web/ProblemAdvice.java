package io.hongyan.gateway.web;

import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Writes every error of a controller, ours or the framework's, as a problem detail. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class ProblemAdvice extends ResponseEntityExceptionHandler {

  // Long enough for a failover, short enough that callers do not give up.
  private static final Duration DATABASE_RETRY_AFTER = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

  @ExceptionHandler
  ResponseEntity<Object> problem(ProblemException problem) {
    return Problems.response(problem);
  }

  @ExceptionHandler
  ResponseEntity<Object> anythingElse(
      Exception failure, WebRequest request, HttpServletResponse response) throws Exception {
    if (response.isCommitted()) {
      // A streamed answer broke off; thrown on, the container cuts the connection, so that the
      // caller does not take what came for the whole.
      throw failure;
    }
    if (DatabaseAway.isCauseOf(failure)) {
      log.warn(
          "database away, request refused request={} cause={}",
          request.getDescription(false),
          failure.getMessage());
      return Problems.response(databaseAway(failure));
    }
    log.error("request failed request={}", request.getDescription(false), failure);
    return Problems.response(
        new ProblemException(
            HttpStatus.INTERNAL_SERVER_ERROR,
            "internal",
            "The gateway failed",
            "An error inside the gateway; its log has the cause. Nothing is known about the request's effect, so look before trying again.",
            failure));
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
      HttpMessageNotReadableException failure,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    return Problems.response(JsonProblems.of(failure));
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleExceptionInternal(
      Exception failure,
      @Nullable Object body,
      HttpHeaders headers,
      HttpStatusCode statusCode,
      WebRequest request) {
    HttpStatus status = HttpStatus.valueOf(statusCode.value());
    String detail =
        switch (failure) {
          case MethodArgumentTypeMismatchException mismatch -> mistypedParameter(mismatch);
          case MissingServletRequestParameterException missing ->
              "Query parameter '%s' is missing".formatted(missing.getParameterName());
          default ->
              body instanceof ProblemDetail known && known.getDetail() != null
                  ? known.getDetail()
                  : status.getReasonPhrase();
        };
    ProblemDetail problem = Problems.detail(status, Problems.nameOf(status), detail);
    return ResponseEntity.status(status)
        .headers(headers)
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(problem);
  }

  private static String mistypedParameter(MethodArgumentTypeMismatchException mismatch) {
    return "Parameter '%s' cannot be read: '%s'".formatted(mismatch.getName(), mismatch.getValue());
  }

  private static ProblemException databaseAway(Exception cause) {
    return new ProblemException(
            HttpStatus.SERVICE_UNAVAILABLE,
            "database-away",
            "The database cannot be reached",
            "The gateway cannot reach its database; try again in a few seconds. An Idempotency-Key makes trying a submit again safe.",
            cause)
        .retryAfter(DATABASE_RETRY_AFTER);
  }
}
