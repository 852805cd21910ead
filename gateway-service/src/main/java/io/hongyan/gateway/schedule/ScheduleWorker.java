package io.hongyan.gateway.schedule;

import io.hongyan.gateway.loop.WorkLoop;
import java.time.Duration;
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

  private final WorkLoop loop;

  ScheduleWorker(ScheduleRuns runs, ScheduleProperties properties) {
    this.loop =
        new WorkLoop(
            "schedules",
            () -> runs.makeDue() ? properties.poll() : properties.backoff(),
            properties.backoff());
  }

  @Override
  public void start() {
    loop.start();
  }

  /** Lets the run in hand end. */
  @Override
  public void stop() {
    try {
      if (!loop.stop(STOP_WAIT)) {
        log.warn("schedules did not stop in time; a run that was not noted is made again");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return loop.isRunning();
  }
}
