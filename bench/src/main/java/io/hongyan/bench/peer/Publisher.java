package io.hongyan.bench.peer;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Publishes a batch to a queue, persistent and mandatory, chunk by chunk with one wait for the
 * broker's confirms each. Not thread-safe.
 */
final class Publisher {

  private static final int CHUNK = 500;
  private static final long CONFIRM_MILLIS = 30_000;
  private static final int PERSISTENT = 2;
  private static final String TO_QUEUE = "";

  private final Channel channel;
  private final String queue;
  private final Payload payload;
  private final AtomicReference<@Nullable String> returned = new AtomicReference<>();

  private Publisher(Channel channel, String queue, Payload payload) {
    this.channel = channel;
    this.queue = queue;
    this.payload = payload;
  }

  /** On a channel of its own of a connection that nothing else uses. */
  static Publisher open(Connection connection, String queue, Payload payload) throws IOException {
    Channel channel = connection.createChannel();
    channel.confirmSelect();
    Publisher publisher = new Publisher(channel, queue, payload);
    // A returned message comes before its confirm.
    channel.addReturnListener(message -> publisher.returned.set(message.getReplyText()));
    return publisher;
  }

  /** Returns when the broker has every message on disk; waits where the window is full. */
  void publish(Batch batch, Progress progress)
      throws IOException, TimeoutException, InterruptedException {
    for (int first = 1; first <= batch.messages(); first += CHUNK) {
      int last = Math.min(batch.messages(), first + CHUNK - 1);
      progress.awaitRoom(last - first + 1);
      for (int seq = first; seq <= last; seq++) {
        publish(batch.message(seq));
      }
      if (!channel.waitForConfirms(CONFIRM_MILLIS)) {
        throw new IOException("the broker refused some of the messages");
      }
      String unroutable = returned.get();
      if (unroutable != null) {
        throw new IOException("no queue took the messages: " + unroutable);
      }
    }
  }

  private void publish(Message message) throws IOException {
    BasicProperties properties =
        new BasicProperties.Builder()
            .deliveryMode(PERSISTENT)
            .contentType("application/json")
            .messageId(message.id())
            .build();
    channel.basicPublish(TO_QUEUE, queue, true, properties, payload.queued(message));
  }
}
