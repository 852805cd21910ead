package io.hongyan.gateway.release;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import io.hongyan.common.message.PushMessage;
import io.hongyan.common.message.PushMessage.MiniProgram;
import io.hongyan.common.message.PushMessage.TemplateValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Makes the messages that go onto the queue out of batch and recipient rows. Thread-safe. */
final class ReleasedMessages {

  private static final TypeReference<Map<String, TemplateValue>> FIELDS = new TypeReference<>() {};

  private final JsonMapper json = new JsonMapper();

  /**
   * One message per recipient, in their order.
   *
   * @throws UnreadableRecipientException if a recipient's data is not what the intake writes
   */
  List<PushMessage> of(List<ReservedRange> ranges, List<RecipientRow> recipients)
      throws UnreadableRecipientException {
    Map<Long, ReservedRange> batches = new HashMap<>();
    ranges.forEach(range -> batches.put(range.id(), range));
    List<PushMessage> messages = new ArrayList<>(recipients.size());
    for (RecipientRow recipient : recipients) {
      messages.add(message(Objects.requireNonNull(batches.get(recipient.batchId())), recipient));
    }
    return messages;
  }

  private PushMessage message(ReservedRange batch, RecipientRow recipient)
      throws UnreadableRecipientException {
    String ownUrl = recipient.url();
    BatchId batchId = new BatchId(batch.id());
    return new PushMessage(
        new MessageId(batchId, recipient.seq()),
        batch.accountId(),
        batch.templateId(),
        batch.wechatTemplateId(),
        recipient.openid(),
        recipient.ref(),
        ownUrl == null ? batch.url() : ownUrl,
        miniProgram(batch),
        fields(batchId, recipient),
        batch.expireAt(),
        0,
        0,
        false);
  }

  private Map<String, TemplateValue> fields(BatchId batchId, RecipientRow recipient)
      throws UnreadableRecipientException {
    try {
      return json.readValue(recipient.data(), FIELDS);
    } catch (JacksonException e) {
      throw new UnreadableRecipientException(batchId, recipient.seq(), e);
    }
  }

  private static @Nullable MiniProgram miniProgram(ReservedRange batch) {
    String appid = batch.miniprogramAppid();
    return appid == null ? null : new MiniProgram(appid, batch.miniprogramPagepath());
  }
}
