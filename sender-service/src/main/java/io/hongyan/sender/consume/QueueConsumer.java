package io.hongyan.sender.consume;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes one queue on a channel of its own: as many messages at once as the prefetch allows, each
 * on a virtual thread, acked by one {@link Acker}. Lives until it is cancelled or its channel
 * closes; {@link AccountConsumers} or {@link SharedQueue} then puts another in its place. Nobody
 * waits for the broker's answers but threads of its own: a queue without a leader leaves them out
 * for a minute and more, and others must not wait with it. Thread-safe.
 */
final class QueueConsumer {

  private static final Logger log = LoggerFactory.getLogger(QueueConsumer.class);

  private final Channel channel;
  private final String queue;
  private final Declaration declaration;
  private final Handler handler;
  private final Acker acker;
  private final int prefetch;
  private final long startedNanos = System.nanoTime();
  private final AtomicInteger inHand = new AtomicInteger();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final Thread subscribing;
  private volatile @Nullable String consumerTag;
  private volatile @Nullable Exception failure;
  private volatile boolean cancelled;
  private volatile boolean noMoreDeliveries;
  private volatile boolean stopping;

  private QueueConsumer(
      Channel channel, String queue, Declaration declaration, int prefetch, Handler handler) {
    this.channel = channel;
    this.queue = queue;
    this.declaration = declaration;
    this.handler = handler;
    this.acker = new Acker(channel, "acker " + queue);
    this.prefetch = prefetch;
    this.subscribing =
        Thread.ofVirtual().name("subscribing to " + queue).unstarted(this::subscribe);
  }

  /** Declares the queue, so that it is there; idempotent. */
  @FunctionalInterface
  interface Declaration {
    void on(Channel channel) throws IOException;
  }

  /** What is done with one delivery, on a thread of its own. */
  @FunctionalInterface
  interface Handler {
    /**
     * Returns once all is stored.
     *
     * @param patience false once this consumer stops or its channel is gone
     * @return whether to ack; false = leave it to the broker
     * @throws InterruptedException if the sender stopped in between; it is not acked
     */
    boolean handle(Delivery delivery, BooleanSupplier patience) throws InterruptedException;
  }

  /**
   * Declares the queue and begins to consume, in the background; {@link #isConsuming} and {@link
   * #failure} say what came of it.
   */
  static QueueConsumer start(
      Channel channel, String queue, Declaration declaration, int prefetch, Handler handler) {
    QueueConsumer consumer = new QueueConsumer(channel, queue, declaration, prefetch, handler);
    channel.addShutdownListener(cause -> consumer.channelClosed());
    consumer.subscribing.start();
    return consumer;
  }

  private void subscribe() {
    try {
      declaration.on(channel);
      channel.basicQos(prefetch);
      consumerTag = channel.basicConsume(queue, false, new Deliveries());
    } catch (IOException | RuntimeException e) {
      failure = e;
      close();
    }
  }

  /** Messages it holds at most. */
  int prefetch() {
    return prefetch;
  }

  /** Time since it began to consume. */
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - startedNanos);
  }

  /** Whether it takes new messages, or is about to. */
  boolean isUsable() {
    return !cancelled && failure == null && channel.isOpen();
  }

  /** Whether it takes new messages. */
  boolean isConsuming() {
    return isUsable() && consumerTag != null;
  }

  /** Why it could not begin to consume, if it could not. */
  Optional<Exception> failure() {
    return Optional.ofNullable(failure);
  }

  /** Takes no new messages; those in hand go on, and the channel stays open for their acks. */
  void cancel() {
    if (cancelled) {
      return;
    }
    cancelled = true;
    Thread.ofVirtual().name("cancelling " + queue).start(this::unsubscribe);
  }

  private void unsubscribe() {
    try {
      subscribing.join();
      String tag = consumerTag;
      if (tag != null) {
        channel.basicCancel(tag);
      }
    } catch (IOException | ShutdownSignalException e) {
      log.debug("not cancelled, the channel is closed queue={}", queue, e);
      noMoreDeliveries = true;
      closeWhenDrained();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Cancels, and leaves to other senders what has not been started. */
  void stop() {
    stopping = true;
    cancel();
  }

  /** Whether nothing is in hand any more, or its channel is gone. */
  boolean isClosed() {
    return closed.isDone();
  }

  /** Waits until nothing is in hand; returns whether that came true in time. */
  boolean awaitClosed(Duration timeout) throws InterruptedException {
    try {
      closed.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("closed never fails", e);
    }
  }

  private boolean mayWait() {
    return !stopping && channel.isOpen();
  }

  private void handle(Delivery delivery) {
    long tag = delivery.getEnvelope().getDeliveryTag();
    try {
      if (handler.handle(delivery, this::mayWait)) {
        acker.ack(tag);
      }
    } catch (InterruptedException e) {
      log.debug("stopped in mid-delivery, left to the broker queue={}", queue, e);
    } catch (RuntimeException e) {
      log.error(
          "delivery failed, the broker delivers it again queue={} message_id={}",
          queue,
          delivery.getProperties().getMessageId(),
          e);
      // Counts against the queue's delivery limit: one that always fails ends in hongyan.dead.
      acker.giveBack(tag);
    } finally {
      inHand.decrementAndGet();
      closeWhenDrained();
    }
  }

  /** The broker has taken back what was not acked; what is in hand ends without an ack. */
  private void channelClosed() {
    acker.channelClosed();
    closed.complete(null);
  }

  private void closeWhenDrained() {
    if (noMoreDeliveries && inHand.get() == 0 && closing.compareAndSet(false, true)) {
      Thread.ofVirtual().start(this::close);
    }
  }

  private void close() {
    try {
      acker.stop();
      channel.abort();
    } catch (IOException e) {
      log.debug("channel was closed already queue={}", queue, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closed.complete(null);
    }
  }

  /** Called by the client library, one delivery at a time in the order of tags. */
  private final class Deliveries extends DefaultConsumer {

    Deliveries() {
      super(channel);
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, BasicProperties properties, byte[] body) {
      acker.delivered(envelope.getDeliveryTag());
      inHand.incrementAndGet();
      Thread.ofVirtual().start(() -> handle(new Delivery(envelope, properties, body)));
    }

    @Override
    public void handleCancelOk(String tag) {
      noMoreDeliveries = true;
      closeWhenDrained();
    }

    @Override
    public void handleCancel(String tag) {
      // The broker cancelled us, e.g. because the queue was deleted.
      cancelled = true;
      noMoreDeliveries = true;
      closeWhenDrained();
    }
  }
}
