package io.hongyan.gateway.batch;

import io.hongyan.gateway.security.ApiKey;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to accept a batch.
 *
 * @param idempotencyKey null if none was sent
 * @param query the query parameters: the settings of an NDJSON or CSV batch
 * @param length the Content-Length, or -1
 */
record Submission(
    ApiKey apiKey,
    @Nullable String idempotencyKey,
    BodyFormat format,
    Map<String, List<String>> query,
    long length,
    InputStream body) {

  /** What the body is, by its content type. */
  enum BodyFormat {
    JSON("application/json"),
    NDJSON("application/x-ndjson"),
    CSV("text/csv");

    private final String mediaType;

    BodyFormat(String mediaType) {
      this.mediaType = mediaType;
    }

    String mediaType() {
      return mediaType;
    }
  }
}
