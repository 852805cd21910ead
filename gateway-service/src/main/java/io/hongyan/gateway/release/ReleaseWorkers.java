package io.hongyan.gateway.release;

import com.rabbitmq.client.ConnectionFactory;
import io.hongyan.common.message.ConfigEvent;
import io.hongyan.common.message.Lane;
import io.hongyan.gateway.batch.BatchAccepted;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Starts the threads that release, finish and cancel batches with the application, wakes them when
 * something happened, and stops them before the database goes.
 */
@Component
@ConditionalOnBooleanProperty(name = "hongyan.release.enabled", matchIfMissing = true)
class ReleaseWorkers implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(ReleaseWorkers.class);

  private final ReleaseCursor cursor;
  private final ScheduledBatches scheduledBatches;
  private final ConnectionFactory connectionFactory;
  private final ReleaseProperties properties;
  private final Outage broker = new Outage("rabbitmq", Clock.systemUTC());
  private final Outage database = new Outage("postgresql", Clock.systemUTC());
  private final Semaphore urgentWakeups = new Semaphore(0);
  private final Semaphore normalWakeups = new Semaphore(0);
  private final Semaphore stateWakeups = new Semaphore(0);
  private volatile List<Worker> workers = List.of();

  ReleaseWorkers(
      ReleaseCursor cursor,
      ScheduledBatches scheduledBatches,
      ConnectionFactory connectionFactory,
      ReleaseProperties properties) {
    this.cursor = cursor;
    this.scheduledBatches = scheduledBatches;
    this.connectionFactory = connectionFactory;
    this.properties = properties;
  }

  @Override
  public void start() {
    // New with every start, so that a former life's leases are never taken for this one's.
    String gateway =
        "%d-%s"
            .formatted(ProcessHandle.current().pid(), UUID.randomUUID().toString().substring(0, 8));
    List<Worker> started = new ArrayList<>();
    started.addAll(releasers(Lane.URGENT, properties.urgentWorkers(), urgentWakeups, gateway));
    started.addAll(releasers(Lane.NORMAL, properties.normalWorkers(), normalWakeups, gateway));
    started.add(new Worker("release-scheduled", scheduledBatches, stateWakeups, database));
    started.forEach(Worker::start);
    workers = List.copyOf(started);
    log.info("release started releaser={} workers={}", gateway, workers.size());
  }

  private List<Worker> releasers(Lane lane, int count, Semaphore wakeups, String gateway) {
    Rotation rotation = new Rotation();
    List<Worker> releasers = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      String name = "release-%s-%d".formatted(lane.priority(), i);
      String owner = gateway + "/" + name;
      MessagePublisher publisher =
          new MessagePublisher(
              connectionFactory, "gateway " + owner, properties.confirmTimeout(), broker);
      Releaser releaser = new Releaser(lane, owner, cursor, publisher, rotation, properties);
      releasers.add(new Worker(name, releaser, wakeups, database));
    }
    return releasers;
  }

  /** Lets the chunks in hand end and gives their leases back. */
  @Override
  public void stop() {
    workers.forEach(Worker::stop);
    Duration longest = properties.confirmTimeout().plusSeconds(5);
    try {
      for (Worker worker : workers) {
        if (!worker.awaitEnd(longest)) {
          log.warn("release worker did not end in time, its lease runs out by itself");
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
  }

  @EventListener
  void onChange(ConfigEvent event) {
    if (event.kind() != ConfigEvent.Kind.API_KEY) {
      wake(stateWakeups);
      wake(urgentWakeups);
      wake(normalWakeups);
    }
  }

  private static void wake(Semaphore wakeups) {
    // One permit is enough for any number of events; a permit too many is one look too many.
    if (wakeups.availablePermits() == 0) {
      wakeups.release();
    }
  }
}
