package io.hongyan.common.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.deser.std.FromStringDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/** Writes and reads {@link PushMessage} as the JSON body of an AMQP message. Thread-safe. */
public final class PushMessageCodec {

  private final JsonMapper json =
      JsonMapper.builder()
          .addModule(
              new SimpleModule()
                  .addSerializer(MessageId.class, ToStringSerializer.instance)
                  .addDeserializer(MessageId.class, new MessageIdText()))
          .changeDefaultPropertyInclusion(
              inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /** The message as UTF-8 JSON. */
  public byte[] encode(PushMessage message) {
    return json.writeValueAsBytes(message);
  }

  /**
   * Reads a body back. Properties it does not know are passed over, so that a newer gateway may add
   * some.
   *
   * @throws UnreadableMessageException if the body is no push message; trying again cannot help
   */
  public PushMessage decode(byte[] body) throws UnreadableMessageException {
    PushMessage message;
    try {
      message = json.readValue(body, PushMessage.class);
    } catch (JacksonException e) {
      throw new UnreadableMessageException("body is no push message: " + e.getOriginalMessage(), e);
    }
    // The next waiting queue and the counts in the record are reckoned from these.
    if (message != null && (message.tries() < 0 || message.attempts() < 0)) {
      throw new UnreadableMessageException(
          "body is no push message: tries and attempts cannot be negative", null);
    }
    if (message == null || missingPart(message)) {
      throw new UnreadableMessageException(
          "body is no push message: a required property is missing", null);
    }
    return message;
  }

  // JSON may leave out what the record's types promise, so the promise is checked here, once.
  private static boolean missingPart(PushMessage message) {
    return isNull(message.id())
        || isNull(message.account())
        || isNull(message.template())
        || isNull(message.wechatTemplateId())
        || isNull(message.openid())
        || isNull(message.data())
        || message.data().values().stream()
            .anyMatch(value -> isNull(value) || isNull(value.value()));
  }

  private static boolean isNull(Object part) {
    return Objects.isNull(part);
  }

  /** Reads a {@link MessageId} from its one-string form. */
  private static final class MessageIdText extends FromStringDeserializer<MessageId> {

    MessageIdText() {
      super(MessageId.class);
    }

    @Override
    protected MessageId _deserialize(String text, DeserializationContext context) {
      return MessageId.parse(text)
          .orElseThrow(() -> new IllegalArgumentException("not a message id: " + text));
    }
  }
}
