package io.hongyan.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.Envelope;
import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.Lane;
import io.hongyan.common.message.MessageId;
import io.hongyan.common.message.PushMessage;
import io.hongyan.common.message.PushMessageCodec;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AckBeforeCommitTest {

  private final PushMessageCodec codec = new PushMessageCodec();
  private final CompletableFuture<Thread> begun = new CompletableFuture<>();
  private final CountDownLatch mayGoOn = new CountDownLatch(1);

  @Test
  void saysToAckWhileTheMessageIsStillInHand() throws Exception {
    try (BrokenProduct sender = new BrokenProduct("sender-service", AckBeforeCommit.BREAK)) {
      Object listener = listener(sender);

      Object ack = BrokenProduct.call(listener, "handle", delivery(), Lane.NORMAL, patience());

      assertThat(ack).isEqualTo(true);
      assertThat(mayGoOn.getCount()).as("the message is still in hand").isOne();
      Thread delivering = begun.join();
      assertThat(delivering).isNotSameAs(Thread.currentThread());
      mayGoOn.countDown();
      delivering.join();
    }
  }

  private Object listener(BrokenProduct sender) throws ReflectiveOperationException {
    Object deliveries =
        sender.make(
            "io.hongyan.sender.delivery.DeliveryService",
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            sender.make(
                "io.hongyan.sender.record.DoubtProperties",
                Duration.ofMinutes(8),
                Duration.ofSeconds(30)),
            null);
    return sender.make("io.hongyan.sender.consume.MessageListener", codec, deliveries, null, null);
  }

  /** The first that a delivery asks; it stays in hand until it has an answer. */
  private BooleanSupplier patience() {
    return () -> {
      begun.complete(Thread.currentThread());
      try {
        mayGoOn.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return false;
    };
  }

  private Delivery delivery() {
    PushMessage message =
        new PushMessage(
            new MessageId(BatchId.create(), 1),
            "mall",
            "order-paid",
            "TM1",
            "oA1",
            null,
            null,
            null,
            Map.of(),
            null,
            0,
            0,
            false);
    return new Delivery(
        new Envelope(1, false, "hongyan.send", "mall"),
        new BasicProperties(),
        codec.encode(message));
  }
}
