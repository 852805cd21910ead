package io.hongyan.gateway.batch;

import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.Scope;
import io.hongyan.gateway.web.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code POST /v1/batches} and {@code POST /v1/batches/test}: hands the body to {@link BatchIntake}
 * as it comes in.
 */
@RestController
class SubmitController {

  private static final String KEY_HEADER = "Idempotency-Key";
  private static final String DRY_RUN = "dryRun";
  private static final Set<String> DRY_RUN_VALUES = Set.of("true", "false");

  private final BatchIntake intake;

  SubmitController(BatchIntake intake) {
    this.intake = intake;
  }

  @PostMapping("/v1/batches")
  ResponseEntity<?> submit(
      ApiKey apiKey, @RequestParam MultiValueMap<String, String> query, HttpServletRequest request)
      throws IOException, SQLException {
    apiKey.require(Scope.SEND);
    boolean dryRun = takeDryRun(query);
    Submission submission = submission(apiKey, query, request, format(request), false);
    return dryRun
        ? ResponseEntity.ok(intake.dryRun(submission))
        : intake.submit(submission).answer();
  }

  /** The same content to testers of the account, whom the body names. */
  @PostMapping("/v1/batches/test")
  ResponseEntity<String> test(
      ApiKey apiKey, @RequestParam MultiValueMap<String, String> query, HttpServletRequest request)
      throws IOException, SQLException {
    apiKey.require(Scope.SEND);
    if (format(request) != Submission.BodyFormat.JSON) {
      throw IntakeProblems.unsupportedType("A test takes application/json");
    }
    return intake
        .submit(submission(apiKey, query, request, Submission.BodyFormat.JSON, true))
        .answer();
  }

  private static Submission submission(
      ApiKey apiKey,
      MultiValueMap<String, String> query,
      HttpServletRequest request,
      Submission.BodyFormat format,
      boolean toTesters)
      throws IOException {
    requirePlainEncoding(request.getHeader(HttpHeaders.CONTENT_ENCODING));
    return new Submission(
        apiKey,
        idempotencyKey(request),
        format,
        query,
        request.getContentLengthLong(),
        request.getInputStream(),
        toTesters,
        null,
        null);
  }

  /** Takes {@code dryRun} out of the query, whose other parameters are the batch's. */
  private static boolean takeDryRun(MultiValueMap<String, String> query) {
    List<String> given = query.remove(DRY_RUN);
    if (given == null) {
      return false;
    }
    if (given.size() != 1 || !DRY_RUN_VALUES.contains(given.getFirst())) {
      throw ProblemException.badRequest("'dryRun' must be true or false, once");
    }
    return given.getFirst().equals("true");
  }

  private static @Nullable String idempotencyKey(HttpServletRequest request) {
    List<String> keys = Collections.list(request.getHeaders(KEY_HEADER));
    return switch (keys.size()) {
      case 0 -> null;
      case 1 -> IdempotencyKeys.requireForm(keys.getFirst());
      default -> throw ProblemException.badRequest("Idempotency-Key is given more than once");
    };
  }

  private static void requirePlainEncoding(@Nullable String encoding) {
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw IntakeProblems.unsupportedType(
          "Content-Encoding '%s' is not supported; send the body uncompressed".formatted(encoding));
    }
  }

  private static Submission.BodyFormat format(HttpServletRequest request) {
    String contentType = request.getContentType();
    MediaType type;
    try {
      type = contentType == null ? MediaType.ALL : MediaType.parseMediaType(contentType);
    } catch (InvalidMediaTypeException e) {
      throw IntakeProblems.unsupportedType("The Content-Type cannot be read: " + e.getMessage());
    }
    if (type.getCharset() != null && !type.getCharset().equals(StandardCharsets.UTF_8)) {
      throw IntakeProblems.unsupportedType("Batches are UTF-8, not " + type.getCharset());
    }
    for (Submission.BodyFormat format : Submission.BodyFormat.values()) {
      if (type.equalsTypeAndSubtype(MediaType.valueOf(format.mediaType()))) {
        return format;
      }
    }
    throw IntakeProblems.unsupportedType(
        "Send application/json, application/x-ndjson or text/csv as Content-Type");
  }
}
