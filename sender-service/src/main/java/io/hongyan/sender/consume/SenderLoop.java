package io.hongyan.sender.consume;

import com.rabbitmq.client.AlreadyClosedException;
import io.hongyan.sender.account.SenderAccounts;
import io.hongyan.sender.gate.AccountChanged;
import io.hongyan.sender.gate.AccountGate;
import io.hongyan.sender.gate.BatchHolds;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Keeps this sender in step with the world: reads accounts, gates and held batches, opens gates
 * whose time is over, and makes the consumers fit, every second and at once when something changed.
 * A server that is away is asked again each round, so no restart is ever needed.
 */
final class SenderLoop implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(SenderLoop.class);
  private static final Duration ROUND = Duration.ofSeconds(1);

  /** A group commit or two; with the database away nothing would make it go faster. */
  private static final Duration SHARED_DRAIN = Duration.ofSeconds(2);

  private final SenderAccounts accounts;
  private final BatchHolds holds;
  private final AccountGate gate;
  private final AccountConsumers consumers;
  private final GateProbe probe;
  private final ConfigEvents events;
  private final List<SharedQueue> sharedQueues;
  private final ConsumeProperties properties;
  private final Clock clock;
  private final Semaphore wake = new Semaphore(0);
  private final Outage database = new Outage("PostgreSQL");
  private final Outage broker = new Outage("RabbitMQ");
  private volatile boolean running;
  private volatile boolean reloadWanted;
  private Instant nextReload = Instant.MIN;
  private Thread thread = Thread.ofPlatform().unstarted(() -> {});

  SenderLoop(
      SenderAccounts accounts,
      BatchHolds holds,
      AccountGate gate,
      AccountConsumers consumers,
      GateProbe probe,
      ConfigEvents events,
      List<SharedQueue> sharedQueues,
      ConsumeProperties properties,
      Clock clock) {
    this.accounts = accounts;
    this.holds = holds;
    this.gate = gate;
    this.consumers = consumers;
    this.probe = probe;
    this.events = events;
    this.sharedQueues = sharedQueues;
    this.properties = properties;
    this.clock = clock;
  }

  @Override
  public void start() {
    running = true;
    thread = Thread.ofPlatform().name("sender-loop").start(this::run);
  }

  /** Takes no new messages and waits for the calls in flight, at most the drain timeout. */
  @Override
  public void stop() {
    running = false;
    wake.release();
    try {
      thread.join();
      sharedQueues.forEach(SharedQueue::stop);
      consumers.stop(properties.drainTimeout());
      for (SharedQueue queue : sharedQueues) {
        if (!queue.awaitClosed(SHARED_DRAIN)) {
          log.warn("drain timeout, what is in hand goes to other senders");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** A gate closed or opened in this process; the accounts are read already. */
  @EventListener
  void onAccountChanged(AccountChanged event) {
    wake.release();
  }

  private void reloadSoon() {
    reloadWanted = true;
    wake.release();
  }

  private void run() {
    while (running) {
      try {
        round();
        if (wake.tryAcquire(ROUND.toMillis(), TimeUnit.MILLISECONDS)) {
          wake.drainPermits();
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        log.error("round broken off, the next one follows", e);
      }
    }
  }

  private void round() {
    try {
      if (reloadWanted || !clock.instant().isBefore(nextReload)) {
        reloadWanted = false;
        // Holds first: no consumer may start that does not know which batches are paused.
        holds.reload();
        accounts.reload();
        nextReload = clock.instant().plus(properties.reloadInterval());
      }
      gate.openOverdue();
      probe.probeDue(accounts.all());
      database.over();
    } catch (DataAccessException | TransactionException e) {
      database.noted(e);
    }
    try {
      consumers.fit(accounts.all());
      events.ensureListening(this::reloadSoon);
      for (SharedQueue queue : sharedQueues) {
        queue.ensureConsuming();
      }
      broker.over();
    } catch (IOException | AlreadyClosedException e) {
      broker.noted(e);
    }
  }

  /** Says once that a server is away, and once that it is back. */
  private static final class Outage {
    private final String server;
    private boolean away;

    Outage(String server) {
      this.server = server;
    }

    void noted(Exception e) {
      if (!away) {
        log.warn(
            "{} is away, asking again every second cause={}",
            server,
            NestedExceptionUtils.getMostSpecificCause(e).toString());
      }
      away = true;
    }

    void over() {
      if (away) {
        log.info("{} is back", server);
      }
      away = false;
    }
  }
}
