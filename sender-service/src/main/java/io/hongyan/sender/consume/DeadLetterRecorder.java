package io.hongyan.sender.consume;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Delivery;
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
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
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
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final String ADVICE =
      "The message broke on the way; look at its row in dead_letter, mend the cause, then retry the batch's failures";

  private final PushMessageCodec codec;
  private final DeadLetterMapper mapper;
  private final OutcomeRecorder outcomes;
  private final JsonMapper json;
  private final Clock clock;

  DeadLetterRecorder(
      PushMessageCodec codec,
      DeadLetterMapper mapper,
      OutcomeRecorder outcomes,
      JsonMapper json,
      Clock clock) {
    this.codec = codec;
    this.mapper = mapper;
    this.outcomes = outcomes;
    this.json = json;
    this.clock = clock;
  }

  /**
   * Stores one dead letter; while PostgreSQL is away it is tried again every second, and the broker
   * keeps the others.
   */
  boolean handle(Delivery delivery, BooleanSupplier patience) throws InterruptedException {
    boolean reported = false;
    while (patience.getAsBoolean()) {
      try {
        record(delivery.getEnvelope(), delivery.getProperties(), delivery.getBody());
        return true;
      } catch (DataAccessException | TransactionException e) {
        if (!reported) {
          log.error(
              "dead letter not stored, trying until it works message_id={}",
              delivery.getProperties().getMessageId(),
              e);
          reported = true;
        }
      }
      Thread.sleep(PAUSE);
    }
    return false;
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
}
