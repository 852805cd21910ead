package io.hongyan.gateway.release;

import io.hongyan.common.message.BatchId;
import io.hongyan.gateway.audience.Audience;
import io.hongyan.gateway.audience.Audiences;
import io.hongyan.gateway.audience.Audiences.AddedPage;
import io.hongyan.gateway.audience.Audiences.Tags;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Writes the recipients of batches that are for an audience, when their release begins: page by
 * page along the openids, each page and the place it ends at in one transaction. A killed gateway's
 * batch goes on at that place, and nobody is written twice or left out. Run by one {@link Worker}.
 */
@Component
class AudienceResolver implements WorkStep {

  private static final Logger log = LoggerFactory.getLogger(AudienceResolver.class);
  private static final String NOBODY = "nobody was in the audience when the batch was released";

  private final ResolveMapper mapper;
  private final Audiences audiences;
  private final TransactionTemplate transaction;
  private final ReleaseProperties properties;

  AudienceResolver(
      ResolveMapper mapper,
      Audiences audiences,
      TransactionTemplate transaction,
      ReleaseProperties properties) {
    this.mapper = mapper;
    this.audiences = audiences;
    this.transaction = transaction;
    this.properties = properties;
  }

  @Override
  public Duration run(BooleanSupplier stopping) {
    boolean worked = true;
    while (worked && !stopping.getAsBoolean()) {
      worked = resolveNext();
    }
    return properties.idlePoll();
  }

  /** Does a page of one batch; false if none waits, or an erasure comes first. */
  private boolean resolveNext() {
    AtomicReference<@Nullable UnresolvedBatch> current = new AtomicReference<>();
    try {
      // The row's lock is the lease: a page takes a fraction of a second, and a pause waits for it.
      return Boolean.TRUE.equals(
          transaction.execute(
              status -> {
                current.set(mapper.lockNext().orElse(null));
                UnresolvedBatch batch = current.get();
                return batch != null
                    && mapper.tryLockErasuresOut(batch.accountId())
                    && resolvePage(batch);
              }));
    } catch (DataAccessResourceFailureException | TransactionException e) {
      throw e;
    } catch (RuntimeException e) {
      UnresolvedBatch batch = current.get();
      if (batch == null) {
        throw e;
      }
      // It would fail the next time too, and keep all others waiting.
      log.error("batch paused, its audience cannot be resolved batch_id={}", id(batch), e);
      pause(batch, "its audience cannot be resolved: " + e.getMessage());
      return true;
    }
  }

  private boolean resolvePage(UnresolvedBatch batch) {
    Audience audience = Audience.ofJson(batch.audience());
    Tags tags = audiences.tags(batch.accountId(), audience);
    boolean begun = !batch.audienceCursor().isEmpty();
    Optional<String> obstacle = obstacle(tags, begun);
    if (obstacle.isPresent()) {
      pause(batch, obstacle.get());
      log.warn(
          "batch paused, its audience cannot be said batch_id={} account={}",
          id(batch),
          batch.accountId());
      return true;
    }
    AddedPage page =
        audiences.addRecipients(
            id(batch),
            batch.accountId(),
            audience,
            tags,
            batch.audienceCursor(),
            batch.audienceSeq(),
            batch.audienceData(),
            properties.audiencePage());
    int seq = batch.audienceSeq() + page.recipients();
    mapper.advance(batch.id(), page.last(), seq);
    if (page.end()) {
      mapper.complete(batch.id(), remark(tags, seq));
      log.info(
          "audience resolved batch_id={} account={} total={}", id(batch), batch.accountId(), seq);
    }
    return true;
  }

  /** Why the audience cannot be found as it was meant. */
  private static Optional<String> obstacle(Tags tags, boolean begun) {
    if (!tags.missingNot().isEmpty()) {
      return Optional.of(
          "the tag %s, whose people were to be left out, does not exist any more; cancel it and submit it again without that tag"
              .formatted(tags.missingNot()));
    }
    return begun && !tags.missingAny().isEmpty()
        ? Optional.of(
            "the tag %s disappeared while its people were being looked up; cancel it, or resume it when a sync has found the tag again"
                .formatted(tags.missingAny()))
        : Optional.empty();
  }

  /** What whoever sees the total should know; null = nothing. */
  private static @Nullable String remark(Tags tags, int total) {
    String missing =
        tags.missingAny().isEmpty()
            ? ""
            : "the tag %s did not exist any more when the batch was released"
                .formatted(tags.missingAny());
    if (total > 0) {
      return missing.isEmpty() ? null : missing;
    }
    return missing.isEmpty() ? NOBODY : NOBODY + ": " + missing;
  }

  private void pause(UnresolvedBatch batch, String reason) {
    mapper.pause(batch.id(), id(batch).toString(), reason);
  }

  private static BatchId id(UnresolvedBatch batch) {
    return new BatchId(batch.id());
  }
}
