package io.hongyan.gateway.release;

import io.hongyan.common.message.ConfigEvent;
import io.hongyan.common.message.Lane;
import io.hongyan.gateway.batch.BatchAccepted;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Starts the threads that release, resolve, finish, cancel and sweep batches with the application,
 * wakes them when something happened, and stops them before the database goes.
 */
@Component
@ConditionalOnBooleanProperty(name = "hongyan.release.enabled", matchIfMissing = true)
class ReleaseWorkers implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(ReleaseWorkers.class);

  private final Releasers releasers;
  private final ScheduledBatches scheduledBatches;
  private final AudienceResolver audiences;
  private final BatchFinisher finisher;
  private final Canceller canceller;
  private final LostMessageSweeper sweeper;
  private final ReleaseProperties properties;
  private final Outage database;
  private final Semaphore urgentWakeups = new Semaphore(0);
  private final Semaphore normalWakeups = new Semaphore(0);
  private final Semaphore cancelWakeups = new Semaphore(0);
  private final Semaphore audienceWakeups = new Semaphore(0);
  private volatile List<Worker> workers = List.of();

  ReleaseWorkers(
      Releasers releasers,
      ScheduledBatches scheduledBatches,
      AudienceResolver audiences,
      BatchFinisher finisher,
      Canceller canceller,
      LostMessageSweeper sweeper,
      ReleaseProperties properties,
      Clock clock) {
    this.releasers = releasers;
    this.scheduledBatches = scheduledBatches;
    this.audiences = audiences;
    this.finisher = finisher;
    this.canceller = canceller;
    this.sweeper = sweeper;
    this.properties = properties;
    this.database = new Outage("postgresql", clock);
  }

  @Override
  public void start() {
    List<Worker> started = new ArrayList<>();
    for (Releaser releaser : releasers.of(Lane.URGENT)) {
      started.add(new Worker("release-urgent", releaser, urgentWakeups, database));
    }
    for (Releaser releaser : releasers.of(Lane.NORMAL)) {
      started.add(new Worker("release-normal", releaser, normalWakeups, database));
    }
    started.add(new Worker("release-cancel", canceller, cancelWakeups, database));
    started.add(new Worker("release-schedule", scheduledBatches, new Semaphore(0), database));
    started.add(new Worker("release-audience", audiences, audienceWakeups, database));
    started.add(new Worker("release-finish", finisher, new Semaphore(0), database));
    started.add(new Worker("release-sweep", sweeper, new Semaphore(0), database));
    started.forEach(Worker::start);
    workers = List.copyOf(started);
    log.info("release started workers={}", started.size());
  }

  /** Lets the chunks in hand end and gives their leases back. */
  @Override
  public void stop() {
    workers.forEach(Worker::stop);
    Duration longest = properties.confirmTimeout().plusSeconds(5);
    try {
      for (Worker worker : workers) {
        if (!worker.awaitEnd(longest)) {
          log.warn("release worker did not end in time, its leases run out by themselves");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    workers = List.of();
  }

  @Override
  public boolean isRunning() {
    return !workers.isEmpty();
  }

  @EventListener
  void onAccepted(BatchAccepted accepted) {
    wake(accepted.lane() == Lane.URGENT ? urgentWakeups : normalWakeups);
    if (accepted.toResolve()) {
      wake(audienceWakeups);
    }
  }

  @EventListener
  void onChange(ConfigEvent event) {
    if (event.kind() == ConfigEvent.Kind.ACCOUNT || event.kind() == ConfigEvent.Kind.BATCH) {
      wake(urgentWakeups);
      wake(normalWakeups);
      wake(cancelWakeups);
      wake(audienceWakeups);
    }
  }

  private static void wake(Semaphore wakeups) {
    // One permit is enough for any number of events; a permit too many is one look too many.
    if (wakeups.availablePermits() == 0) {
      wakeups.release();
    }
  }
}
