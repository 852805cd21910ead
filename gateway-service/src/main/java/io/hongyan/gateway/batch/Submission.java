package io.hongyan.gateway.batch;

import io.hongyan.gateway.security.ApiKey;
import java.io.ByteArrayInputStream;
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
 * @param toTesters whether it goes to testers of the account instead of recipients or an audience
 * @param schedule the run of a schedule that this is; null if somebody asked for it
 * @param asked what makes it the same request when the key comes again, where the body is not the
 *     caller's own; null = settings and body
 */
public record Submission(
    ApiKey apiKey,
    @Nullable String idempotencyKey,
    BodyFormat format,
    Map<String, List<String>> query,
    long length,
    InputStream body,
    boolean toTesters,
    @Nullable ScheduleRun schedule,
    @Nullable String asked) {

  /**
   * The run of a schedule, or a run by hand, as if somebody had sent this body.
   *
   * @param asked what a request with the same key must have asked, too, whatever the schedule's
   *     body is by then
   */
  public static Submission ofSchedule(
      ApiKey apiKey, @Nullable String idempotencyKey, byte[] json, ScheduleRun run, String asked) {
    return new Submission(
        apiKey,
        idempotencyKey,
        BodyFormat.JSON,
        Map.of(),
        json.length,
        new ByteArrayInputStream(json),
        false,
        run,
        asked);
  }

  /** What the body is, by its content type. */
  public enum BodyFormat {
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
