package io.hongyan.chaos.load;

import io.hongyan.chaos.stack.Addresses;
import io.hongyan.stack.http.Answer;
import io.hongyan.stack.http.AnyServer;
import io.hongyan.stack.http.Deadline;
import io.hongyan.stack.http.HttpCalls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * An internal system as one would wish it: submits a batch with an {@code Idempotency-Key}, and
 * after a broken connection, a 5xx, a 409 or a 429 tries the same key and body on the next gateway
 * until it is answered. Thread-safe.
 */
public final class Submitter {

  private static final Duration PAUSE = Duration.ofMillis(100);

  private final AnyServer gateways;
  private final AcceptanceRecord record;

  public Submitter(Addresses addresses, AcceptanceRecord record) {
    this(AnyServer.of(addresses.gateways(), addresses.adminKey()), record);
  }

  private Submitter(AnyServer gateways, AcceptanceRecord record) {
    this.gateways = gateways;
    this.record = record;
  }

  /** Submits as fast as it can; see the other method. */
  public AcceptedBatch submit(Submission submission, Duration limit) {
    return submit(submission, limit, UploadListener.NONE);
  }

  /**
   * Submits until a gateway answers 202, and writes that into the record.
   *
   * @throws SubmitFailedException when it is refused, with the answer; or when no gateway gave an
   *     answer within the limit, in which case the record knows the key as unanswered
   */
  public AcceptedBatch submit(Submission submission, Duration limit, UploadListener listener) {
    Deadline deadline = Deadline.in(limit);
    Instant firstTriedAt = Instant.now();
    for (int attempt = 1; ; attempt++) {
      String failure;
      try {
        Answer answer = post(submission, attempt, listener);
        if (answer.status() == 202) {
          AcceptedBatch batch = accepted(submission, answer, firstTriedAt, attempt);
          record.add(batch);
          return batch;
        }
        failure = "%d %s".formatted(answer.status(), answer.text());
        if (!mayChange(answer)) {
          throw new SubmitFailedException(
              "batch %s was refused: %s".formatted(submission.idempotencyKey(), failure));
        }
      } catch (IOException e) {
        failure = e.toString();
      }
      if (deadline.isOver()) {
        record.addUnanswered(submission.idempotencyKey());
        throw new SubmitFailedException(
            "batch %s was not answered within %s, %d attempts, the last one gave %s"
                .formatted(submission.idempotencyKey(), limit, attempt, failure));
      }
      deadline.pause(PAUSE);
    }
  }

  /**
   * Submits an accepted batch once more, as a system does that has lost the answer; true if it was
   * answered with the same batch.
   */
  public boolean isAnsweredAgain(Submission submission, AcceptedBatch batch, Duration limit) {
    Submitter forgetful = new Submitter(gateways, new AcceptanceRecord());
    return forgetful.submit(submission, limit).batchId().equals(batch.batchId());
  }

  /** 409: a gateway is still reading an earlier request with the key, perhaps one broken off. */
  private static boolean mayChange(Answer answer) {
    return answer.isServersFault() || answer.status() == 409 || answer.status() == 429;
  }

  private Answer post(Submission submission, int attempt, UploadListener listener)
      throws IOException {
    SubmissionBody body = new SubmissionBody(submission);
    HttpCalls gateway = gateways.next();
    HttpRequest.Builder request =
        gateway
            .request(body.path())
            .header("Content-Type", submission.format().contentType())
            .header("Idempotency-Key", submission.idempotencyKey())
            .POST(publisher(body, gateway.address(), attempt, listener));
    return gateway.send(request);
  }

  private static BodyPublisher publisher(
      SubmissionBody body, URI gateway, int attempt, UploadListener listener) {
    int pieces = body.pieces();
    Iterable<byte[]> upload =
        () -> {
          Iterator<Integer> indexes = IntStream.range(0, pieces).iterator();
          return new Iterator<>() {
            @Override
            public boolean hasNext() {
              return indexes.hasNext();
            }

            @Override
            public byte[] next() {
              int piece = indexes.next();
              listener.beforePiece(new UploadListener.Piece(gateway, attempt, piece, pieces));
              return body.piece(piece);
            }
          };
        };
    return BodyPublishers.ofByteArrays(upload);
  }

  private static AcceptedBatch accepted(
      Submission submission, Answer answer, Instant firstTriedAt, int attempts) {
    JsonNode shown = answer.json();
    return new AcceptedBatch(
        shown.get("batchId").stringValue(),
        submission.idempotencyKey(),
        submission.account(),
        submission.recipients(),
        shown.get("total").asInt(),
        firstTriedAt,
        attempts);
  }
}
