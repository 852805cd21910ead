package io.hongyan.gateway.batch;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.Lane;
import io.hongyan.gateway.account.Account;
import io.hongyan.gateway.account.AccountRegistry;
import io.hongyan.gateway.account.Template;
import io.hongyan.gateway.audit.AuditLog;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.web.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes a new batch of a batch's failed messages, in one transaction. A failed message is taken by
 * one retry only, so that calling twice sends nothing twice; what fails again is retried from the
 * new batch. Thread-safe.
 */
@Component
class BatchRetry {

  private static final Logger log = LoggerFactory.getLogger(BatchRetry.class);

  private final RetryMapper mapper;
  private final IdempotencyKeys keys;
  private final AccountRegistry accounts;
  private final AuditLog audit;
  private final TransactionOperations transactions;
  private final JdbcOperations jdbc;
  private final ApplicationEventPublisher events;
  private final JsonMapper json;
  private final Clock clock;

  BatchRetry(
      RetryMapper mapper,
      IdempotencyKeys keys,
      AccountRegistry accounts,
      AuditLog audit,
      TransactionOperations transactions,
      JdbcOperations jdbc,
      ApplicationEventPublisher events,
      JsonMapper json,
      Clock clock) {
    this.mapper = mapper;
    this.keys = keys;
    this.accounts = accounts;
    this.audit = audit;
    this.transactions = transactions;
    this.jdbc = jdbc;
    this.events = events;
    this.json = json;
    this.clock = clock;
  }

  /**
   * Accepts the retry, or gives the first answer again if the key was used for it before.
   *
   * @param idempotencyKey null if none was sent
   */
  Accepted retry(
      ApiKey actor, BatchRow source, FailureFilter filter, @Nullable String idempotencyKey) {
    Accepted accepted =
        transactions.execute(
            transaction -> {
              String digest = digest(source, filter);
              return replay(actor, idempotencyKey, digest)
                  .orElseGet(() -> accept(actor, source, filter, idempotencyKey, digest));
            });
    if (accepted == null) {
      throw new IllegalStateException("a transaction gave no result");
    }
    if (!accepted.replayed()) {
      events.publishEvent(
          new BatchAccepted(source.accountId(), Lane.ofPriority(source.priority()), false));
    }
    return accepted;
  }

  private Accepted accept(
      ApiKey actor,
      BatchRow source,
      FailureFilter filter,
      @Nullable String idempotencyKey,
      String digest) {
    Template template = template(source);
    requireNotExpired(source);
    BatchId from = new BatchId(source.id());
    BatchId id = BatchId.create();
    mapper.lockErasuresOut(source.accountId());
    mapper.lock(from.value());
    List<Long> earlier = mapper.findRetries(from.value(), source.accountId());
    int total = mapper.copyRecipients(from.value(), id.value(), filter, earlier);
    if (total == 0) {
      throw refused(
          "nothing-to-retry",
          "There is nothing to retry",
          "Batch %s has no failed messages of that kind that no earlier retry has taken%s"
              .formatted(
                  from,
                  filter.classes().isEmpty() ? "; uncertain ones must be named in classes" : ""));
    }
    mapper.insertBatch(from.value(), id.value(), template.wechatTemplateId(), total, actor.id());
    String state = BatchState.RELEASING.text();
    String body = json.writeValueAsString(SubmitAnswer.of(id, state, total, 0, List.of()));
    if (idempotencyKey != null) {
      IdempotencyKeys.Answered answer = new IdempotencyKeys.Answered(digest, id, body);
      jdbc.execute(
          (ConnectionCallback<Boolean>)
              connection -> {
                keys.store(connection, actor.id(), idempotencyKey, answer);
                return true;
              });
    }
    Map<String, Object> detail =
        Map.of(
            "batch", id.toString(),
            "total", total,
            "classes", filter.classes(),
            "errcodes", filter.errcodes());
    audit.record(actor.id(), "batch.retry", "batch/" + from, detail);
    log.info("batch retried batch_id={} retry_of={} total={}", id, from, total);
    return new Accepted(id, body, false);
  }

  private Optional<Accepted> replay(ApiKey actor, @Nullable String idempotencyKey, String digest) {
    if (idempotencyKey == null) {
      return Optional.empty();
    }
    Optional<IdempotencyKeys.Answered> first =
        jdbc.execute(
            (ConnectionCallback<Optional<IdempotencyKeys.Answered>>)
                connection -> keys.claim(connection, actor.id(), idempotencyKey));
    return Optional.ofNullable(first)
        .flatMap(answered -> answered)
        .map(
            answered -> {
              if (!answered.digest().equals(digest)) {
                throw IntakeProblems.keyReused(idempotencyKey);
              }
              return new Accepted(answered.batch(), answered.response(), true);
            });
  }

  private Template template(BatchRow source) {
    Account account =
        accounts
            .findAccount(source.accountId())
            .orElseThrow(() -> IntakeProblems.unknownAccount(source.accountId()));
    if (!account.enabled()) {
      throw IntakeProblems.accountDisabled(account.id());
    }
    Template template =
        accounts
            .findTemplate(account.id(), source.templateId())
            .orElseThrow(() -> IntakeProblems.unknownTemplate(account.id(), source.templateId()));
    IntakeProblems.requireUsable(template);
    return template;
  }

  private void requireNotExpired(BatchRow source) {
    Instant expireAt = source.expireAt();
    if (expireAt != null && !expireAt.isAfter(clock.instant())) {
      throw refused(
          "expired",
          "The batch has expired",
          "The batch's expireAt (%s) has passed, so a retry would send nothing; submit a new batch"
              .formatted(expireAt));
    }
  }

  private static String digest(BatchRow source, FailureFilter filter) {
    String request =
        "retry\n%d\n%s\n%s"
            .formatted(
                source.id(),
                filter.classes().stream().sorted().toList(),
                filter.errcodes().stream().sorted().toList());
    return HexFormat.of()
        .formatHex(RecipientWriter.sha256().digest(request.getBytes(StandardCharsets.UTF_8)));
  }

  private static ProblemException refused(String name, String title, String detail) {
    return new ProblemException(HttpStatus.UNPROCESSABLE_CONTENT, name, title, detail);
  }
}
