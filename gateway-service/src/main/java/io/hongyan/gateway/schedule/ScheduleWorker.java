package io.hongyan.gateway.schedule;

import io.hongyan.gateway.web.DatabaseAway;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** The thread that looks for due runs of schedules as long as the gateway runs. */
@Component
@ConditionalOnBooleanProperty(name = "hongyan.schedules.enabled", matchIfMissing = true)
class ScheduleWorker implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(ScheduleWorker.class);
  private static final Duration STOP_WAIT = Duration.ofSeconds(10);

  private final ScheduleRuns runs;
  private final ScheduleProperties properties;
  private volatile @Nullable Thread worker;
  private boolean databaseAway; // the worker's own

  ScheduleWorker(ScheduleRuns runs, ScheduleProperties properties) {
    this.runs = runs;
    this.properties = properties;
  }

  @Override
  public void start() {
    Thread thread = Thread.ofPlatform().name("schedules").unstarted(this::loop);
    worker = thread; // before it runs: it goes on only while it is the worker
    thread.start();
  }

  /** Lets the run in hand end: an interrupt would break its connection. */
  @Override
  public void stop() {
    Thread thread = worker;
    worker = null;
    if (thread == null) {
      return;
    }
    try {
      if (!thread.join(properties.backoff().plus(STOP_WAIT))) {
        log.warn("schedules did not stop in time; a run that was not noted is made again");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return worker != null;
  }

  private void loop() {
    while (worker == Thread.currentThread()) {
      Duration pause = succeeds() ? properties.poll() : properties.backoff();
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private boolean succeeds() {
    try {
      boolean allMade = runs.makeDue();
      databaseAway = false;
      return allMade;
    } catch (RuntimeException e) {
      // One line for each outage, not one for each look.
      if (!DatabaseAway.isCauseOf(e)) {
        log.error("schedules not looked at, tried again", e);
      } else if (!databaseAway) {
        log.warn("database away, schedules wait for it cause={}", e.toString());
        databaseAway = true;
      }
      return false;
    }
  }
}
