package io.hongyan.gateway.batch;

import io.hongyan.common.message.BatchId;
import io.hongyan.gateway.account.Template;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import tools.jackson.databind.json.JsonMapper;

/**
 * Takes a batch: parses, checks and writes it as it comes in, in one transaction, so that a batch
 * is stored whole or not at all and memory does not grow with it. Called by {@link
 * SubmitController} and by schedules; thread-safe.
 */
@Service
public class BatchIntake {

  private static final Logger log = LoggerFactory.getLogger(BatchIntake.class);

  private final BatchPreparer preparer;
  private final IntakeConnections connections;
  private final IdempotencyKeys keys;
  private final CommitDoubt doubt;
  private final IntakeProperties properties;
  private final ApplicationEventPublisher events;
  private final JsonMapper json;
  private final Clock clock;

  BatchIntake(
      BatchPreparer preparer,
      IntakeConnections connections,
      IdempotencyKeys keys,
      CommitDoubt doubt,
      IntakeProperties properties,
      ApplicationEventPublisher events,
      JsonMapper json,
      Clock clock) {
    this.preparer = preparer;
    this.connections = connections;
    this.keys = keys;
    this.doubt = doubt;
    this.properties = properties;
    this.events = events;
    this.json = json;
    this.clock = clock;
  }

  /**
   * Accepts the batch, or gives the first answer again if the key was used for it before. Whatever
   * it throws, nothing was stored, unless the problem itself says that this is unknown.
   */
  public Accepted submit(Submission submission) throws SQLException {
    String key = submission.idempotencyKey();
    MessageDigest digest = key == null ? null : digest(submission);
    MeasuredBody body = body(submission, submission.asked() == null ? digest : null);
    try (IntakeTransaction transaction = new IntakeTransaction(connections)) {
      if (key != null) {
        Optional<IdempotencyKeys.Answered> answered =
            keys.claim(transaction.statements(), submission.apiKey().id(), key);
        if (answered.isPresent()) {
          return replay(answered.get(), key, body, digest);
        }
      }
      return accept(submission, body, digest, transaction);
    }
  }

  /**
   * Does all that {@link #submit} does up to its commit, and takes it back: what passes here is
   * accepted there, as long as nothing else changes. The key, if there is one, is not looked at.
   */
  public DryRun dryRun(Submission submission) throws SQLException {
    MeasuredBody body = body(submission, null);
    try (IntakeTransaction transaction = new IntakeTransaction(connections)) {
      PreparedBatch batch = preparer.preview(submission, body, transaction);
      return new DryRun(
          true,
          batch.state().text(),
          batch.reach(),
          batch.counted().rejected(),
          batch.rejections(),
          batch.samples());
    }
  }

  private Accepted accept(
      Submission submission,
      MeasuredBody body,
      @Nullable MessageDigest digest,
      IntakeTransaction transaction)
      throws SQLException {
    long started = System.nanoTime();
    BatchId id = BatchId.create();
    PreparedBatch batch = preparer.prepare(submission, body, id, transaction);
    BatchSettings settings = batch.settings();
    Template template = batch.template();
    BatchRows.Counted counted = batch.counted();
    String answer =
        json.writeValueAsString(
            SubmitAnswer.of(
                id, batch.state().text(), counted.total(), counted.rejected(), batch.rejections()));
    String createdBy = submission.apiKey().id();
    Connection connection = transaction.statements();
    BatchRows.insert(
        connection,
        id,
        batch.state(),
        settings,
        template,
        counted,
        createdBy,
        submission.schedule(),
        clock.instant());
    String key = submission.idempotencyKey();
    if (key != null && digest != null) {
      keys.store(connection, createdBy, key, new IdempotencyKeys.Answered(hex(digest), id, answer));
    }
    transaction.commit(id, doubt);
    log.info(
        "batch accepted batch_id={} account={} state={} total={} rejected={} took_ms={}",
        id,
        template.accountId(),
        batch.state().text(),
        counted.total() == null ? "audience" : counted.total(),
        counted.rejected(),
        (System.nanoTime() - started) / 1_000_000);
    events.publishEvent(
        new BatchAccepted(template.accountId(), settings.lane(), counted.total() == null));
    return new Accepted(id, answer, false);
  }

  private MeasuredBody body(Submission submission, @Nullable MessageDigest digest) {
    long limit =
        submission.format() == Submission.BodyFormat.JSON
            ? properties.jsonBodyLimit().toBytes()
            : Long.MAX_VALUE;
    return new MeasuredBody(submission.body(), submission.length(), limit, digest);
  }

  private static Accepted replay(
      IdempotencyKeys.Answered first,
      String key,
      MeasuredBody body,
      @Nullable MessageDigest digest) {
    body.drain();
    if (digest == null || !first.digest().equals(hex(digest))) {
      throw IntakeProblems.keyReused(key);
    }
    log.info("batch answered again batch_id={}", first.batch());
    return new Accepted(first.batch(), first.response(), true);
  }

  /** A digest that knows all but the caller's own body, which follows as it is read. */
  private static MessageDigest digest(Submission submission) {
    MessageDigest digest = RecipientWriter.sha256();
    String asked = submission.asked();
    String head =
        asked != null
            ? asked
            : submission.format().mediaType()
                + "\n"
                + SettingsForm.ofQuery(submission.query()).canonical()
                + (submission.toTesters() ? "test\n" : "\n");
    digest.update(head.getBytes(StandardCharsets.UTF_8));
    return digest;
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
