package io.hongyan.gateway.inbox;

import com.rabbitmq.client.CancelCallback;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DeliverCallback;
import com.rabbitmq.client.Delivery;
import io.hongyan.common.message.Topology;
import io.hongyan.gateway.web.DatabaseAway;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Takes active-user events from the queue, in groups: what gathers while one group is looked at is
 * the next. While the database is away the events wait in the queue, which drops the oldest when it
 * is full. An event is acknowledged when its person is brought up to date, but losing one does no
 * harm: the person's next one makes up for it.
 */
@Component
@ConditionalOnBooleanProperty(name = "hongyan.inbox.events-enabled", matchIfMissing = true)
class UserActiveConsumer implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(UserActiveConsumer.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration STOP_WAIT = Duration.ofSeconds(10);
  private static final long IDLE_MILLIS = 200;

  private final ConnectionFactory broker;
  private final UserSync sync;
  private final ActiveEvents events;
  private final InboxProperties properties;
  private final Counter unreadable;
  private volatile @Nullable Thread worker;
  private volatile CountDownLatch stop = new CountDownLatch(1);

  UserActiveConsumer(
      ConnectionFactory broker,
      UserSync sync,
      ActiveEvents events,
      InboxProperties properties,
      MeterRegistry meters) {
    this.broker = broker;
    this.sync = sync;
    this.events = events;
    this.properties = properties;
    this.unreadable =
        Counter.builder("hongyan.inbox.events.unreadable")
            .description("Active-user events that name no uid; passed over")
            .register(meters);
  }

  @Override
  public void start() {
    stop = new CountDownLatch(1);
    Thread thread = Thread.ofPlatform().name("user-active").unstarted(this::run);
    worker = thread;
    thread.start();
  }

  /** Lets the group in hand end: an interrupt would break its database connection. */
  @Override
  public void stop() {
    Thread thread = worker;
    worker = null;
    stop.countDown();
    if (thread == null) {
      return;
    }
    try {
      if (!thread.join(STOP_WAIT)) {
        log.warn("active-user events did not stop in time; what was not acknowledged comes again");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return worker != null;
  }

  private boolean isStopping() {
    return stop.getCount() == 0;
  }

  private void run() {
    boolean reported = false;
    try {
      while (!isStopping()) {
        try (Subscription subscription = new Subscription()) {
          reported = false;
          consume(subscription);
        } catch (IOException | TimeoutException | RuntimeException e) {
          // One line for each time it goes away.
          if (!reported) {
            log.warn("broker away, active-user events wait for it cause={}", e.toString());
            reported = true;
          }
        }
        pause();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void consume(Subscription subscription) throws IOException, InterruptedException {
    List<Delivery> group = new ArrayList<>();
    while (!isStopping() && subscription.isOpen()) {
      Delivery first = subscription.arrived.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
      if (first != null) {
        group.add(first);
        subscription.arrived.drainTo(group, properties.eventGroup() - 1);
        if (handled(uids(group))) {
          subscription.acknowledge(group.getLast());
        }
        group.clear();
      }
    }
  }

  private Set<String> uids(List<Delivery> group) {
    Set<String> uids = new HashSet<>();
    int unread = 0;
    for (Delivery delivery : group) {
      String uid = events.uid(delivery.getBody());
      if (uid == null) {
        unread++;
      } else {
        uids.add(uid);
      }
    }
    if (unread > 0) {
      unreadable.increment(unread);
      log.warn("active-user events without a uid passed over events={}", unread);
    }
    return uids;
  }

  /** Tries until it works; false if this stops first. */
  private boolean handled(Set<String> uids) throws InterruptedException {
    boolean reported = false;
    while (!isStopping()) {
      try {
        if (!uids.isEmpty()) {
          // Not longer than others are kept off these people: then they are found again.
          sync.shownUp(uids).written().get(properties.lockTtl().toMillis(), TimeUnit.MILLISECONDS);
        }
        return true;
      } catch (ExecutionException | TimeoutException e) {
        log.debug("people left to their next event people={}", uids.size(), e);
        return true;
      } catch (RuntimeException e) {
        if (!DatabaseAway.isCauseOf(e)) {
          log.error("people left to their next event people={}", uids.size(), e);
          return true;
        }
        if (!reported) {
          log.warn("database away, active-user events wait for it cause={}", e.toString());
          reported = true;
        }
      }
      pause();
    }
    return false;
  }

  private void pause() throws InterruptedException {
    boolean stopped = stop.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    log.trace("paused stopped={}", stopped);
  }

  /** One connection that takes from the queue. */
  private final class Subscription implements AutoCloseable {

    final LinkedBlockingQueue<Delivery> arrived = new LinkedBlockingQueue<>();
    private final Connection connection;
    private final Channel channel;
    private volatile boolean cancelled;

    Subscription() throws IOException, TimeoutException {
      connection = broker.newConnection("gateway-user-active");
      try {
        channel = connection.createChannel();
        Topology.declareShared(channel);
        // One group being looked at, and the next.
        channel.basicQos(2 * properties.eventGroup());
        DeliverCallback deliver = (tag, delivery) -> arrived.add(delivery);
        CancelCallback cancel = tag -> cancelled = true;
        channel.basicConsume(Topology.USER_ACTIVE, false, deliver, cancel);
      } catch (IOException | RuntimeException e) {
        connection.abort();
        throw e;
      }
    }

    boolean isOpen() {
      return channel.isOpen() && !cancelled;
    }

    void acknowledge(Delivery last) throws IOException {
      channel.basicAck(last.getEnvelope().getDeliveryTag(), true);
    }

    @Override
    public void close() {
      connection.abort();
    }
  }
}
