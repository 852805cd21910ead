package io.hongyan.gateway.batch;

import io.hongyan.common.message.BatchId;
import io.hongyan.gateway.account.Account;
import io.hongyan.gateway.account.AccountRegistry;
import io.hongyan.gateway.account.Template;
import io.hongyan.gateway.security.ApiKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
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
 * SubmitController}; thread-safe.
 */
@Service
class BatchIntake {

  private static final Logger log = LoggerFactory.getLogger(BatchIntake.class);

  private final AccountRegistry accounts;
  private final IntakeConnections connections;
  private final IdempotencyKeys keys;
  private final CommitDoubt doubt;
  private final IntakeProperties properties;
  private final ApplicationEventPublisher events;
  private final JsonMapper json;
  private final Clock clock;

  BatchIntake(
      AccountRegistry accounts,
      IntakeConnections connections,
      IdempotencyKeys keys,
      CommitDoubt doubt,
      IntakeProperties properties,
      ApplicationEventPublisher events,
      JsonMapper json,
      Clock clock) {
    this.accounts = accounts;
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
  Accepted submit(Submission submission) throws SQLException {
    String key = submission.idempotencyKey();
    MessageDigest digest = key == null ? null : digest(submission);
    MeasuredBody body = body(submission, digest);
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

  private Accepted accept(
      Submission submission,
      MeasuredBody body,
      @Nullable MessageDigest digest,
      IntakeTransaction transaction)
      throws SQLException {
    long started = System.nanoTime();
    OpenedBody opened =
        OpenedBody.open(submission, body, properties.lineLimitBytes(), clock.instant());
    BatchSettings settings = opened.settings();
    Template template = findTemplate(submission.apiKey(), settings);
    BatchId id = BatchId.create();
    RecipientWriter writer =
        new RecipientWriter(
            id,
            template.fields(),
            settings.uniqueRecipients(),
            transaction,
            properties.rowBufferBytes());
    readAll(opened.recipients(), template, settings, writer);
    if (writer.total() == 0) {
      throw IntakeProblems.noRecipients(writer.rejected(), writer.firstRejections());
    }
    writer.flush();
    Instant now = clock.instant();
    BatchState state = settings.stateAt(now);
    String answer =
        json.writeValueAsString(
            SubmitAnswer.of(
                id, state.text(), writer.total(), writer.rejected(), writer.firstRejections()));
    String createdBy = submission.apiKey().id();
    Connection connection = transaction.statements();
    BatchRows.insert(connection, id, state, settings, template, writer, createdBy, now);
    String key = submission.idempotencyKey();
    if (key != null && digest != null) {
      keys.store(connection, createdBy, key, new IdempotencyKeys.Answered(hex(digest), id, answer));
    }
    transaction.commit(id, doubt);
    log.info(
        "batch accepted batch_id={} account={} state={} total={} rejected={} took_ms={}",
        id,
        template.accountId(),
        state.text(),
        writer.total(),
        writer.rejected(),
        (System.nanoTime() - started) / 1_000_000);
    events.publishEvent(new BatchAccepted(template.accountId(), settings.lane()));
    return new Accepted(id, answer, false);
  }

  private void readAll(
      RecipientReader reader, Template template, BatchSettings settings, RecipientWriter writer)
      throws SQLException {
    RecipientDraft draft = new RecipientDraft(template.fields());
    RecipientCheck check = new RecipientCheck(template.fields(), settings.shorten());
    while (reader.read(draft)) {
      if (writer.total() + writer.rejected() == properties.maxRecipients()) {
        throw IntakeProblems.tooManyRecipients(draft.line(), properties.maxRecipients());
      }
      Rejection refused = check.refuse(draft);
      String openid = draft.openid;
      if (refused != null) {
        writer.reject(refused);
      } else if (openid != null) {
        writer.accept(draft, openid);
      }
    }
  }

  private Template findTemplate(ApiKey apiKey, BatchSettings settings) {
    String accountId = settings.account();
    Account account =
        Optional.ofNullable(accountId)
            .filter(apiKey::mayUse)
            .flatMap(accounts::findAccount)
            .orElseThrow(() -> IntakeProblems.unknownAccount(accountId));
    if (!account.enabled()) {
      throw IntakeProblems.accountDisabled(account.id());
    }
    String templateId = settings.template();
    Template template =
        Optional.ofNullable(templateId)
            .flatMap(id -> accounts.findTemplate(account.id(), id))
            .orElseThrow(() -> IntakeProblems.unknownTemplate(account.id(), templateId));
    if (template.problem() != null) {
      throw IntakeProblems.templateUnusable(account.id(), template.id(), template.problem());
    }
    return template;
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

  /** A digest that knows format and settings already; the body follows as it is read. */
  private static MessageDigest digest(Submission submission) {
    MessageDigest digest = RecipientWriter.sha256();
    String head =
        submission.format().mediaType()
            + "\n"
            + SettingsForm.ofQuery(submission.query()).canonical()
            + "\n";
    digest.update(head.getBytes(StandardCharsets.UTF_8));
    return digest;
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
