package io.hongyan.gateway.batch;

import io.hongyan.gateway.web.ProblemException;
import java.time.Instant;

/**
 * A body whose settings are known and whose recipients, if it has any, come next; {@link
 * BatchIntake} opens one for each submission.
 */
record OpenedBody(BatchSettings settings, Addressees addressees) {

  /** Reads the settings from where the format has them: the body's head or the query. */
  static OpenedBody open(Submission submission, MeasuredBody body, int lineLimit, Instant now) {
    return switch (submission.format()) {
      case JSON -> {
        if (!submission.query().isEmpty()) {
          throw ProblemException.badRequest(
              "A JSON batch has its settings in the body, not in query parameters");
        }
        JsonBodyReader reader = new JsonBodyReader(body, submission.toTesters());
        BatchSettings settings = BatchSettings.of(reader.readSettings(), now);
        yield new OpenedBody(settings, reader.addressees());
      }
      case NDJSON -> listed(submission, new NdjsonReader(new LineReader(body, lineLimit)), now);
      case CSV -> listed(submission, new CsvReader(new LineReader(body, lineLimit)), now);
    };
  }

  private static OpenedBody listed(Submission submission, RecipientReader reader, Instant now) {
    return new OpenedBody(
        BatchSettings.of(SettingsForm.ofQuery(submission.query()), now),
        new Addressees.Listed(reader));
  }
}
