package io.hongyan.gateway.release;

import io.hongyan.common.message.BatchId;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Lets scheduled batches begin at their {@code sendAt}, and pauses those whose moment passed too
 * long ago while nobody was running. Safe on several gateways at once.
 */
@Component
class ScheduledBatches implements WorkStep {

  private static final Logger log = LoggerFactory.getLogger(ScheduledBatches.class);

  private final ScheduleMapper mapper;
  private final ReleaseProperties properties;
  private final GraceProperties grace;

  ScheduledBatches(ScheduleMapper mapper, ReleaseProperties properties, GraceProperties grace) {
    this.mapper = mapper;
    this.properties = properties;
    this.grace = grace;
  }

  @Override
  public Duration run(BooleanSupplier stopping) {
    String reason =
        "sendAt was missed by more than %s while no gateway was running; resume or trigger it, or cancel it"
            .formatted(grace.misfireGrace());
    long graceSeconds = grace.misfireGrace().toSeconds();
    for (long id : mapper.findMissed(graceSeconds)) {
      BatchId batch = new BatchId(id);
      if (mapper.pauseMissed(id, batch.toString(), reason) == 1) {
        log.warn("batch paused, its sendAt was missed batch_id={}", batch);
      }
    }
    for (long id : mapper.startDue(graceSeconds)) {
      log.info("batch due batch_id={}", new BatchId(id));
    }
    mapper.endReleased();
    return properties.idlePoll();
  }
}
