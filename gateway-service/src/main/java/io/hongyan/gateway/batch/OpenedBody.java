package io.hongyan.gateway.batch;

import io.hongyan.gateway.web.ProblemException;
import java.time.Instant;

/**
 * A body whose settings are known and whose recipients come next; {@link BatchIntake} opens one for
 * each submission.
 */
record OpenedBody(BatchSettings settings, RecipientReader recipients) {

  /** Reads the settings from where the format has them: the body's head or the query. */
  static OpenedBody open(Submission submission, MeasuredBody body, int lineLimit, Instant now) {
    return switch (submission.format()) {
      case JSON -> {
        if (!submission.query().isEmpty()) {
          throw ProblemException.badRequest(
              "A JSON batch has its settings in the body, not in query parameters");
        }
        JsonBodyReader reader = new JsonBodyReader(body);
        yield new OpenedBody(BatchSettings.of(reader.readSettings(), now), reader);
      }
      case NDJSON ->
          new OpenedBody(
              querySettings(submission, now), new NdjsonReader(new LineReader(body, lineLimit)));
      case CSV ->
          new OpenedBody(
              querySettings(submission, now), new CsvReader(new LineReader(body, lineLimit)));
    };
  }

  private static BatchSettings querySettings(Submission submission, Instant now) {
    return BatchSettings.of(SettingsForm.ofQuery(submission.query()), now);
  }
}
