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
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /v1/batches}: hands the body to {@link BatchIntake} as it comes in. */
@RestController
class SubmitController {

  private static final String KEY_HEADER = "Idempotency-Key";

  private final BatchIntake intake;

  SubmitController(BatchIntake intake) {
    this.intake = intake;
  }

  @PostMapping("/v1/batches")
  ResponseEntity<String> submit(
      ApiKey apiKey, @RequestParam MultiValueMap<String, String> query, HttpServletRequest request)
      throws IOException, SQLException {
    apiKey.require(Scope.SEND);
    requirePlainEncoding(request.getHeader(HttpHeaders.CONTENT_ENCODING));
    Submission submission =
        new Submission(
            apiKey,
            idempotencyKey(request),
            format(request.getContentType()),
            query,
            request.getContentLengthLong(),
            request.getInputStream());
    return intake.submit(submission).answer();
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

  private static Submission.BodyFormat format(@Nullable String contentType) {
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
