package io.hongyan.gateway.config;

import io.hongyan.common.message.ConfigEvent;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Keeps this gateway's copies of the database up to date: when something changes anywhere, after
 * events may have been lost, and every {@code hongyan.config.reload-interval} in any case. One copy
 * that cannot be read keeps what it knew and is not the others' trouble.
 */
@Component
class DatabaseCopies {

  private static final Logger log = LoggerFactory.getLogger(DatabaseCopies.class);

  private final List<DatabaseCopy> copies;

  DatabaseCopies(List<DatabaseCopy> copies) {
    this.copies = copies;
  }

  // The change is committed: a copy that cannot take it over now must not make its request fail.
  @EventListener
  void changed(ConfigEvent event) {
    for (DatabaseCopy copy : copies) {
      if (copy.concerns(event)) {
        attempt(copy, () -> copy.takeOver(event));
      }
    }
  }

  @EventListener(EventsMayBeLost.class)
  void reconnected() {
    readAgain();
  }

  @Scheduled(
      fixedRateString = "${hongyan.config.reload-interval:1m}",
      initialDelayString = "${hongyan.config.reload-interval:1m}")
  void readAgain() {
    copies.forEach(copy -> attempt(copy, copy::readAgain));
  }

  private static void attempt(DatabaseCopy copy, Runnable reading) {
    try {
      reading.run();
    } catch (RuntimeException e) {
      log.warn(
          "{} not read again, the known ones are used on until the next poll cause={}",
          copy.contents(),
          NestedExceptionUtils.getMostSpecificCause(e).toString());
    }
  }
}
