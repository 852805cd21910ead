package io.hongyan.bench.peer;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs batches through a quorum queue of the peer's own: one publisher, one consumer, one acker.
 * What is done with a message in between is the peer's.
 */
final class QueueRun implements AutoCloseable {

  /** What a peer does with a delivery; called by one thread in the order of tags. */
  @FunctionalInterface
  interface Receiver {
    void receive(byte[] body, Delivery delivery);
  }

  private static final int DELIVERY_LIMIT = 50;
  private static final int CLOSE_MILLIS = 5_000;

  private final Connection publishing;
  private final Connection consuming;
  private final String queue;
  private final Publisher publisher;
  private final Channel channel;
  private final Acker acker;
  private final Receiver receiver;
  // What the deliveries of the moment count for; also where a failure goes.
  private volatile Progress progress = new Progress(0);

  private QueueRun(
      Connection publishing, Connection consuming, String queue, Payload payload, Receiver receiver)
      throws IOException {
    this.publishing = publishing;
    this.consuming = consuming;
    this.queue = queue;
    this.receiver = receiver;
    this.channel = consuming.createChannel();
    this.publisher = Publisher.open(publishing, queue, payload);
    this.acker = new Acker(channel, this::fail);
  }

  /** Makes the queue anew and begins to consume. */
  static QueueRun open(
      String rabbitUrl, String queue, int prefetch, Payload payload, Receiver receiver)
      throws IOException, TimeoutException {
    ConnectionFactory factory = factory(rabbitUrl);
    // Two connections: RabbitMQ slows a busy publisher down by its connection, acks with it.
    Connection publishing = factory.newConnection("bench publishing");
    Connection consuming = factory.newConnection("bench consuming");
    QueueRun run = new QueueRun(publishing, consuming, queue, payload, receiver);
    run.consume(prefetch);
    return run;
  }

  private static ConnectionFactory factory(String rabbitUrl) {
    ConnectionFactory factory = new ConnectionFactory();
    try {
      factory.setUri(rabbitUrl);
    } catch (URISyntaxException | NoSuchAlgorithmException | KeyManagementException e) {
      // Without the cause, whose message has the password in it.
      throw new IllegalArgumentException("HONGYAN_RABBITMQ_URL cannot be used");
    }
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    return factory;
  }

  private void consume(int prefetch) throws IOException {
    channel.queueDelete(queue);
    channel.queueDeclare(
        queue,
        true,
        false,
        false,
        Map.of("x-queue-type", "quorum", "x-delivery-limit", DELIVERY_LIMIT));
    channel.basicQos(prefetch);
    channel.basicConsume(queue, false, new Deliveries());
  }

  /** Publishes the batch and returns when each of its messages is done. */
  Took run(Batch batch) throws PeerFailedException, InterruptedException {
    Progress current = new Progress(batch.messages());
    progress = current;
    long begun = System.nanoTime();
    Thread publish = Thread.ofPlatform().name("publisher").start(() -> publishInto(batch, current));
    try {
      current.await();
      publish.join();
      current.await(); // the last confirms may have failed
      return Took.since(begun);
    } finally {
      publish.interrupt();
      publish.join();
    }
  }

  private void publishInto(Batch batch, Progress current) {
    try {
      publisher.publish(batch, current);
    } catch (InterruptedException e) {
      // The run is over; its failure is known.
      Thread.currentThread().interrupt();
    } catch (IOException | TimeoutException | RuntimeException e) {
      current.fail(e);
    }
  }

  private void fail(Throwable failure) {
    progress.fail(failure);
  }

  @Override
  public void close() {
    try {
      acker.close();
      channel.queueDelete(queue);
    } catch (IOException | ShutdownSignalException e) {
      System.err.println("bench: queue " + queue + " is left over: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      publishing.abort(CLOSE_MILLIS);
      consuming.abort(CLOSE_MILLIS);
    }
  }

  /** A message in hand. Thread-safe. */
  final class Delivery {
    private final long tag;
    private final Progress counted;

    private Delivery(long tag, Progress counted) {
      this.tag = tag;
      this.counted = counted;
    }

    /** All that belongs to the message is done: acks and counts it. */
    void done() {
      acker.ack(tag);
      counted.done();
    }

    /** A copy of a message that is counted already: only acks it. */
    void isCopy() {
      acker.ack(tag);
    }

    /** Ends the run. */
    void fail(Throwable failure) {
      counted.fail(failure);
    }
  }

  /** Called by the client library, one delivery at a time. */
  private final class Deliveries extends DefaultConsumer {

    Deliveries() {
      super(channel);
    }

    @Override
    public void handleDelivery(
        @Nullable String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
      long tag = envelope.getDeliveryTag();
      acker.delivered(tag);
      receiver.receive(body, new Delivery(tag, progress));
    }

    @Override
    public void handleCancel(@Nullable String consumerTag) {
      QueueRun.this.fail(new IOException("the broker cancelled the consumer"));
    }

    @Override
    public void handleShutdownSignal(@Nullable String consumerTag, ShutdownSignalException signal) {
      QueueRun.this.fail(signal);
    }
  }
}
