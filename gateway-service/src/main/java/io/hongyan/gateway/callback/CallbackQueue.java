package io.hongyan.gateway.callback;

import com.rabbitmq.client.ConnectionFactory;
import io.hongyan.common.callback.DeliveryReceipt;
import io.hongyan.common.callback.InboundRecord;
import io.hongyan.common.message.Topology;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Hands what WeChat says to the sender: receipts through {@code hongyan.receipts}, followers'
 * messages and events through {@code hongyan.callbacks}. One thread writes to one connection of its
 * own, so that a broker that has stopped reading holds up that thread and no caller. Thread-safe.
 */
@Component
class CallbackQueue implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(CallbackQueue.class);

  /** Records kept, and receipts waiting to be written, at most. */
  static final int ROOM = 10_000;

  private static final int GROUP = 500;

  private static final Duration RECONNECT_PAUSE = Duration.ofMillis(500);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration LAST_CALL = Duration.ofSeconds(2);

  private final ConnectionFactory broker;
  private final Duration publishTimeout;
  private final LinkedBlockingQueue<Outgoing> waiting = new LinkedBlockingQueue<>();
  private final AtomicInteger receiptsWaiting = new AtomicInteger();
  private final AtomicInteger recordsKept = new AtomicInteger();
  private volatile @Nullable Thread writer;
  private volatile boolean stopping;
  private volatile boolean connected;

  /**
   * @param broker its connections do not recover by themselves
   */
  CallbackQueue(ConnectionFactory broker, CallbackQueueProperties properties) {
    this.broker = broker;
    this.publishTimeout = properties.publishTimeout();
  }

  /**
   * Puts it into {@code hongyan.receipts}. Completes when the broker has it on disk; exceptionally
   * and at most {@code hongyan.callback.publish-timeout} later if the broker is away for so long,
   * refuses it or is too slow, so that WeChat can be left to ask again; the broker may have it even
   * so. Does not block.
   */
  CompletableFuture<Void> publish(DeliveryReceipt receipt) {
    if (receiptsWaiting.incrementAndGet() > ROOM) {
      receiptsWaiting.decrementAndGet();
      return CompletableFuture.failedFuture(
          new NotQueuedException("too many receipts wait for the broker"));
    }
    Outgoing outgoing = new Outgoing(Topology.RECEIPTS, receipt.encode(), false);
    waiting.add(outgoing);
    return outgoing.done().orTimeout(publishTimeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Puts it into {@code hongyan.callbacks}. Completes when the broker has it on disk; while the
   * broker is away it is kept in memory, with others up to {@link #ROOM}, and tried again.
   * Exceptionally if there is no room or this gateway stops. Does not block.
   */
  CompletableFuture<Void> publish(InboundRecord inbound) {
    if (stopping) {
      return CompletableFuture.failedFuture(new NotQueuedException("this gateway has stopped"));
    }
    if (recordsKept.incrementAndGet() > ROOM) {
      recordsKept.decrementAndGet();
      return CompletableFuture.failedFuture(
          new NotQueuedException("the broker is away and no more can be kept"));
    }
    Outgoing outgoing = new Outgoing(Topology.CALLBACKS, inbound.encode(), true);
    CompletableFuture<Void> done =
        outgoing.done().whenComplete((nothing, failure) -> recordsKept.decrementAndGet());
    waiting.add(outgoing);
    if (stopping) {
      outgoing.fail("this gateway has stopped");
    }
    return done;
  }

  /** Whether the broker is there. */
  boolean isConnected() {
    return connected;
  }

  @Override
  public void start() {
    stopping = false;
    Thread thread = Thread.ofPlatform().daemon().name("callback-queue").unstarted(this::run);
    writer = thread;
    thread.start();
  }

  /** Writes what is kept, for two seconds at most; what is left then fails. */
  @Override
  public void stop() {
    stopping = true;
    Thread thread = writer;
    writer = null;
    try {
      if (thread != null && !thread.join(LAST_CALL)) {
        thread.interrupt();
        thread.join(LAST_CALL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    int lost = 0;
    for (Outgoing left = waiting.poll(); left != null; left = waiting.poll()) {
      if (left.fail("this gateway has stopped") && left.keep()) {
        lost++;
      }
    }
    if (lost > 0) {
      log.error("stopped without the broker, messages and events not logged lost={}", lost);
    }
  }

  @Override
  public boolean isRunning() {
    return writer != null;
  }

  /** Before the web server starts, and after its last request is answered. */
  @Override
  public int getPhase() {
    return SmartLifecycle.DEFAULT_PHASE - 4096;
  }

  private void run() {
    boolean reported = false;
    while (goesOn()) {
      try (CallbackLink link = new CallbackLink(broker, this::putBack)) {
        connected = true;
        reported = false;
        log.info("callbacks go to the broker");
        write(link);
      } catch (IOException | TimeoutException | RuntimeException e) {
        // One line for each time it goes away, not one for each try.
        if (!reported) {
          log.warn(
              "broker failed, tried again until it works: receipts are refused, messages and events kept cause={}",
              e.toString());
          reported = true;
        }
      } catch (InterruptedException e) {
        return;
      } finally {
        connected = false;
      }
      if (stopping || !pause()) {
        return;
      }
    }
  }

  private boolean goesOn() {
    return !stopping || recordsKept.get() > 0;
  }

  private void write(CallbackLink link) throws IOException, InterruptedException {
    while (goesOn()) {
      link.requireWell();
      Outgoing next = waiting.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
      if (next != null) {
        write(next, link);
      }
    }
  }

  /** This one and those that have come since the last time, in one piece. */
  private void write(Outgoing first, CallbackLink link) throws IOException {
    link.hold();
    int taken = 0;
    for (Outgoing next = first; next != null; next = ++taken < GROUP ? waiting.poll() : null) {
      take(next, link);
    }
    link.send();
  }

  private void take(Outgoing next, CallbackLink link) throws IOException {
    if (!next.keep()) {
      receiptsWaiting.decrementAndGet();
    }
    // A receipt whose time is over is WeChat's again.
    if (!next.done().isDone()) {
      link.publish(next);
    }
  }

  /** What a link that broke leaves unconfirmed: the broker may have it, and a copy does no harm. */
  private void putBack(Outgoing unconfirmed) {
    if (unconfirmed.keep()) {
      waiting.add(unconfirmed);
    } else {
      unconfirmed.fail("the broker did not confirm it");
    }
  }

  private static boolean pause() {
    try {
      Thread.sleep(RECONNECT_PAUSE);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /**
   * One body on its way.
   *
   * @param keep whether it is tried again until it arrives
   */
  record Outgoing(String queue, byte[] body, boolean keep, CompletableFuture<Void> done) {

    Outgoing(String queue, byte[] body, boolean keep) {
      this(queue, body, keep, new CompletableFuture<>());
    }

    boolean fail(String why) {
      return done.completeExceptionally(new NotQueuedException(why));
    }
  }
}
