package io.hongyan.gateway.release;

import io.hongyan.common.message.BatchId;
import io.hongyan.gateway.audience.Audience;
import io.hongyan.gateway.audience.Audiences;
import io.hongyan.gateway.audience.Audiences.AddedPage;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
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
    while (!stopping.getAsBoolean() && resolvePage()) {
      // the next page, of this batch or another
    }
    return properties.idlePoll();
  }

  /** False if no batch waits for its audience. */
  private boolean resolvePage() {
    // The row's lock is the lease: a page takes a fraction of a second, and a pause waits for it.
    return Boolean.TRUE.equals(
        transaction.execute(
            status -> {
              Optional<UnresolvedBatch> batch = mapper.lockNext();
              batch.ifPresent(this::resolvePage);
              return batch.isPresent();
            }));
  }

  private void resolvePage(UnresolvedBatch batch) {
    Audience audience = Audience.ofJson(batch.audience());
    Optional<String> obstacle = audiences.obstacle(batch.accountId(), audience);
    if (obstacle.isPresent()) {
      mapper.pause(batch.id(), new BatchId(batch.id()).toString(), obstacle.get());
      log.warn(
          "batch paused, its audience cannot be said batch_id={} account={}",
          new BatchId(batch.id()),
          batch.accountId());
      return;
    }
    mapper.lockErasuresOut(batch.accountId());
    AddedPage page =
        audiences.addRecipients(
            new BatchId(batch.id()),
            batch.accountId(),
            audience,
            batch.audienceCursor(),
            batch.audienceSeq(),
            batch.audienceData(),
            properties.audiencePage());
    int seq = batch.audienceSeq() + page.recipients();
    mapper.advance(batch.id(), page.last(), seq);
    if (page.end()) {
      mapper.complete(batch.id(), NOBODY);
      log.info(
          "audience resolved batch_id={} account={} total={}",
          new BatchId(batch.id()),
          batch.accountId(),
          seq);
    }
  }
}
