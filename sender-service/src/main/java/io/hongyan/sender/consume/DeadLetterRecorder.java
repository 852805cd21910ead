package io.hongyan.sender.consume;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import io.hongyan.common.message.MessageId;
import io.hongyan.common.message.OutcomeClass;
import io.hongyan.common.message.PushMessage;
import io.hongyan.common.message.PushMessageCodec;
import io.hongyan.common.message.Topology;
import io.hongyan.common.message.UnreadableMessageException;
import io.hongyan.sender.consume.DeadLetterMapper.RecipientRow;
import io.hongyan.sender.record.Entry;
import io.hongyan.sender.record.OutcomeRecorder;
import io.hongyan.sender.record.UnrecordableException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Empties {@code hongyan.dead} into the table {@code dead_letter}, so that a person can see what
 * could not be read or routed or kept killing senders; where the message id can be read, the
 * message also gets its row in {@code send_failed}.
 */
final class DeadLetterRecorder {

  private static final Logger log = LoggerFactory.getLogger(DeadLetterRecorder.class);
  private static final int PREFETCH = 10;
  private static final String ADVICE =
      "The message broke on the way; look at its row in dead_letter, mend the cause, then retry the batch's failures";

  private final BrokerConnection broker;
  private final PushMessageCodec codec;
  private final DeadLetterMapper mapper;
  private final OutcomeRecorder outcomes;
  private final JsonMapper json;
  private final Duration renewInterval;
  private final Clock clock;
  private @Nullable DeadLetters consumer;

  DeadLetterRecorder(
      BrokerConnection broker,
      PushMessageCodec codec,
      DeadLetterMapper mapper,
      OutcomeRecorder outcomes,
      JsonMapper json,
      Duration renewInterval,
      Clock clock) {
    this.broker = broker;
    this.codec = codec;
    this.mapper = mapper;
    this.outcomes = outcomes;
    this.json = json;
    this.renewInterval = renewInterval;
    this.clock = clock;
  }

  /**
   * Consumes, if it does not yet, and with another consumer once the present one is old: for why,
   * see {@link AccountConsumers}. Begins in the background: a queue without a leader does not
   * answer.
   *
   * @throws IOException if the broker is away
   */
  void ensureConsuming() throws IOException {
    DeadLetters current = consumer;
    if (current != null && current.getChannel().isOpen()) {
      // Once it is old it ends, and the next one comes when it has closed: with the database away
      // it still holds a dead letter, and a second one would only hold another.
      if (current.age().compareTo(renewInterval) >= 0) {
        current.cancel();
      }
      return;
    }
    DeadLetters next = new DeadLetters(broker.openChannel());
    consumer = next;
    next.start();
  }

  private void record(Envelope envelope, BasicProperties properties, byte[] body)
      throws InterruptedException {
    Map<String, Object> headers =
        properties.getHeaders() == null ? Map.of() : properties.getHeaders();
    String reason = reason(headers, envelope);
    log.error(
        "dead letter message_id={} routing_key={} reason={}",
        properties.getMessageId(),
        envelope.getRoutingKey(),
        reason);
    Optional<PushMessage> message = identify(properties, body);
    if (message.isPresent()) {
      recordFailure(message.get(), reason);
    }
    mapper.insert(
        storable(reason),
        storable(envelope.getRoutingKey()),
        properties.getMessageId() == null ? null : storable(properties.getMessageId()),
        headersAsJson(headers),
        body);
  }

  private void recordFailure(PushMessage message, String reason) throws InterruptedException {
    try {
      outcomes.record(
          new Entry.Failure(
              message,
              message.attempts(),
              OutcomeClass.REQUEST,
              null,
              "dead letter: " + reason,
              ADVICE,
              clock.instant(),
              false));
    } catch (UnrecordableException e) {
      // Its row in dead_letter must do, or it would stand before all other dead letters for ever.
      log.error("no row in send_failed for a dead letter message_id={}", message.id(), e);
    }
  }

  // PostgreSQL cannot store NUL.
  private static String storable(String text) {
    return text.replace('\0', ' ');
  }

  private Optional<PushMessage> identify(BasicProperties properties, byte[] body) {
    try {
      return Optional.of(codec.decode(body));
    } catch (UnreadableMessageException e) {
      return Optional.ofNullable(properties.getMessageId())
          .flatMap(MessageId::parse)
          .flatMap(this::fromDatabase);
    }
  }

  private Optional<PushMessage> fromDatabase(MessageId id) {
    RecipientRow row = mapper.findRecipient(id.batchId().value(), id.seq());
    if (row == null) {
      return Optional.empty();
    }
    Map<String, PushMessage.TemplateValue> data =
        json.readValue(row.data(), new TypeReference<>() {});
    return Optional.of(
        new PushMessage(
            id,
            row.accountId(),
            row.templateId(),
            row.wechatTemplateId(),
            row.openid(),
            row.ref(),
            null,
            null,
            data,
            null,
            0,
            0,
            false));
  }

  private static String reason(Map<String, Object> headers, Envelope envelope) {
    Object ours = headers.get(Topology.REASON_HEADER);
    if (ours != null) {
      return ours.toString();
    }
    if (headers.get("x-death") instanceof List<?> deaths
        && !deaths.isEmpty()
        && deaths.getFirst() instanceof Map<?, ?> death) {
      return "%s in %s, %s times"
          .formatted(death.get("reason"), death.get("queue"), death.get("count"));
    }
    return "no queue for routing key " + envelope.getRoutingKey();
  }

  private String headersAsJson(Map<String, Object> headers) {
    Map<String, Object> readable = new LinkedHashMap<>();
    headers.forEach((name, value) -> readable.put(storable(name), storable(String.valueOf(value))));
    return json.writeValueAsString(readable);
  }

  /** One dead letter at a time; the broker keeps those that could not be stored. */
  private final class DeadLetters extends DefaultConsumer {

    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final long startedNanos = System.nanoTime();
    private final Thread subscribing =
        Thread.ofVirtual().name("subscribing to " + Topology.DEAD).unstarted(this::subscribe);

    DeadLetters(Channel channel) {
      super(channel);
    }

    Duration age() {
      return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    void start() {
      subscribing.start();
    }

    private void subscribe() {
      try {
        Topology.declareShared(getChannel());
        getChannel().basicQos(PREFETCH);
        getChannel().basicConsume(Topology.DEAD, false, this);
      } catch (IOException | AlreadyClosedException e) {
        log.warn("not consuming, trying again every second queue={}", Topology.DEAD, e);
        abort();
      }
    }

    /** Takes no new ones, in the background; the channel closes behind those that have come. */
    void cancel() {
      if (!cancelled.compareAndSet(false, true)) {
        return;
      }
      Thread.ofVirtual().name("cancelling " + Topology.DEAD).start(this::unsubscribe);
    }

    private void unsubscribe() {
      try {
        subscribing.join();
        getChannel().basicCancel(getConsumerTag());
      } catch (IOException | AlreadyClosedException e) {
        log.debug("not cancelled, the channel is closed", e);
        abort();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void abort() {
      try {
        getChannel().abort();
      } catch (IOException e) {
        log.debug("channel was closed already", e);
      }
    }

    @Override
    public void handleCancelOk(String tag) {
      abort();
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, BasicProperties properties, byte[] body) throws IOException {
      try {
        record(envelope, properties, body);
        getChannel().basicAck(envelope.getDeliveryTag(), false);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (DataAccessException | TransactionException e) {
        log.error(
            "dead letter not stored, it stays in {} message_id={}",
            Topology.DEAD,
            properties.getMessageId(),
            e);
        // A closed channel is opened again by the sender's loop, a second later.
        abort();
      } catch (AlreadyClosedException e) {
        log.debug("channel closed, the broker delivers it again", e);
      }
    }

    /** The broker cancelled us: the queue was deleted. It is declared with the next channel. */
    @Override
    public void handleCancel(String tag) {
      log.warn("no longer consuming, trying again every second queue={}", Topology.DEAD);
      abort();
    }
  }
}
