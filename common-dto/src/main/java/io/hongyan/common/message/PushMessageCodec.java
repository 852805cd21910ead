package io.hongyan.common.message;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes and reads {@link PushMessage} as the JSON body of an AMQP message. Thread-safe. */
public final class PushMessageCodec {

  private final JsonMapper json =
      JsonMapper.builder()
          .addMixIn(MessageId.class, MessageIdText.class)
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

  /** Gives {@link MessageId} its one-string form in JSON. */
  private abstract static class MessageIdText {
    @JsonValue
    @Override
    public abstract String toString();

    @JsonCreator
    static MessageId of(String text) {
      return MessageId.parse(text)
          .orElseThrow(() -> new IllegalArgumentException("not a message id: " + text));
    }
  }
}
