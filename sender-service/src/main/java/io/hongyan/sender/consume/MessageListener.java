package io.hongyan.sender.consume;

import com.rabbitmq.client.Delivery;
import io.hongyan.common.message.Lane;
import io.hongyan.common.message.PushMessage;
import io.hongyan.common.message.PushMessageCodec;
import io.hongyan.common.message.Topology;
import io.hongyan.common.message.UnreadableMessageException;
import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.delivery.DeliveryService;
import io.hongyan.sender.delivery.Disposition;
import io.hongyan.sender.record.ParkRecorder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One message in: reads it, has it delivered, and carries out what becomes of it. Says at the end
 * whether the delivery may be acked, which is only after everything about it is stored.
 */
final class MessageListener {

  private final PushMessageCodec codec;
  private final DeliveryService deliveries;
  private final MessageReturner returner;
  private final ParkRecorder parks;

  MessageListener(
      PushMessageCodec codec,
      DeliveryService deliveries,
      MessageReturner returner,
      ParkRecorder parks) {
    this.codec = codec;
    this.deliveries = deliveries;
    this.returner = returner;
    this.parks = parks;
  }

  /**
   * Handles one delivery; blocks until all is stored.
   *
   * @param patience false once this sender, or the delivery's channel, is stopping
   * @return whether to ack; false = leave it to the broker
   * @throws InterruptedException if the sender stopped in between; do not ack
   */
  boolean handle(Delivery delivery, Lane lane, BooleanSupplier patience)
      throws InterruptedException {
    PushMessage message = read(delivery, patience);
    return message == null
        || carryOut(deliveries.deliver(message, lane, patience), message, delivery, lane, patience);
  }

  /** The same for the one message that tries whether a gated account goes again. */
  boolean probe(Delivery delivery, Lane lane, SenderAccount account, BooleanSupplier patience)
      throws InterruptedException {
    PushMessage message = read(delivery, patience);
    return message == null
        || carryOut(deliveries.probe(message, account), message, delivery, lane, patience);
  }

  /** The message, or null if it was unreadable and is buried. */
  private @Nullable PushMessage read(Delivery delivery, BooleanSupplier patience)
      throws InterruptedException {
    try {
      return codec.decode(delivery.getBody());
    } catch (UnreadableMessageException e) {
      bury(delivery, String.valueOf(e.getMessage()), patience);
      return null;
    }
  }

  private boolean carryOut(
      Disposition disposition,
      PushMessage message,
      Delivery delivery,
      Lane lane,
      BooleanSupplier patience)
      throws InterruptedException {
    switch (disposition) {
      case Disposition.Recorded recorded -> {
        return true;
      }
      case Disposition.Requeue requeue ->
          returner.requeue(requeue.message(), lane, requeue.level(), patience);
      case Disposition.Park park -> {
        parks.markParked(message.id().batchId());
        returner.requeue(park.message(), lane, Topology.RETRY_LEVELS, patience);
      }
      case Disposition.Dead dead -> bury(delivery, dead.reason(), patience);
      case Disposition.Leave leave -> {
        return false;
      }
    }
    return true;
  }

  private void bury(Delivery delivery, String reason, BooleanSupplier patience)
      throws InterruptedException {
    returner.bury(
        delivery.getEnvelope().getRoutingKey(),
        delivery.getProperties().getMessageId(),
        delivery.getBody(),
        reason,
        patience);
  }
}
