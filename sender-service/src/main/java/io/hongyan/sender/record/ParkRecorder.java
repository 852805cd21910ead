package io.hongyan.sender.record;

import io.hongyan.common.message.BatchId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Notes that messages of a batch were parked, so that the gateway's sweeper does not take them for
 * lost. At most one write a batch in ten seconds. Thread-safe.
 */
@Component
public class ParkRecorder {

  private static final Logger log = LoggerFactory.getLogger(ParkRecorder.class);
  private static final Duration ENOUGH = Duration.ofSeconds(10);
  private static final int REMEMBERED_BATCHES = 10_000;

  private final ParkMapper mapper;
  private final Clock clock;
  private final Map<BatchId, Instant> marked = new ConcurrentHashMap<>();

  ParkRecorder(ParkMapper mapper, Clock clock) {
    this.mapper = mapper;
    this.clock = clock;
  }

  /**
   * Notes it now, or was done a moment ago. Without PostgreSQL it is not noted: the sweeper cannot
   * run then either.
   */
  public void markParked(BatchId batch) {
    Instant now = clock.instant();
    Instant last = marked.get(batch);
    if (last != null && now.isBefore(last.plus(ENOUGH))) {
      return;
    }
    if (marked.size() > REMEMBERED_BATCHES) {
      marked.clear();
    }
    marked.put(batch, now);
    try {
      mapper.markParked(batch.value());
    } catch (DataAccessException | TransactionException e) {
      marked.remove(batch);
      log.debug("parking not noted batch_id={}", batch, e);
    }
  }
}
