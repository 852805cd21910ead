package io.hongyan.sender.consume;

import com.rabbitmq.client.Delivery;
import io.hongyan.common.message.UnreadableMessageException;
import io.hongyan.sender.record.UnrecordableException;
import java.util.function.BooleanSupplier;

/**
 * One receipt, or one follower's message or event, in: reads it and has it stored. What cannot be
 * read or stored goes to {@code hongyan.dead}.
 *
 * @param <T> what the queue holds
 */
final class CallbackListener<T> {

  private final Reader<T> reader;
  private final Recorder<T> recorder;
  private final MessageReturner returner;

  CallbackListener(Reader<T> reader, Recorder<T> recorder, MessageReturner returner) {
    this.reader = reader;
    this.recorder = recorder;
    this.returner = returner;
  }

  /** See {@link QueueConsumer.Handler}. */
  boolean handle(Delivery delivery, BooleanSupplier patience) throws InterruptedException {
    try {
      recorder.record(reader.read(delivery.getBody()));
    } catch (UnreadableMessageException | UnrecordableException e) {
      returner.bury(
          delivery.getEnvelope().getRoutingKey(),
          delivery.getProperties().getMessageId(),
          delivery.getBody(),
          String.valueOf(e.getMessage()),
          patience);
    }
    return true;
  }

  /** Reads a body. */
  @FunctionalInterface
  interface Reader<T> {
    T read(byte[] body) throws UnreadableMessageException;
  }

  /** Returns once it is committed. */
  @FunctionalInterface
  interface Recorder<T> {
    void record(T value) throws UnrecordableException, InterruptedException;
  }
}
