package io.hongyan.simulator.control;

import io.hongyan.simulator.account.Account;
import io.hongyan.simulator.account.Callback;
import io.hongyan.simulator.callback.Conversation;
import io.hongyan.simulator.callback.Conversations;
import io.hongyan.simulator.callback.PushedMessage;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The body of {@code POST /_sim/accounts/{appid}/messages}: what a follower writes or does, once or
 * many times.
 *
 * @param text what he writes; for an image its media id, for an event its key
 * @param event null unless the type is {@code event}
 */
record WrittenMessages(String from, String type, String text, @Nullable String event, int count) {

  private static final int MOST = 10_000;

  static WrittenMessages read(ControlInput input) {
    input.asObject(Set.of("from", "type", "text", "mediaId", "event", "eventKey", "count"));
    String from = input.get("from").text();
    ControlInput event = input.find("event");
    ControlInput type = input.find("type");
    ControlInput times = input.find("count");
    int count = times == null ? 1 : (int) times.number(1, MOST);
    String name = type == null ? (event == null ? "text" : "event") : type.text();
    return switch (name) {
      case "text" -> new WrittenMessages(from, name, input.get("text").text(), null, count);
      case "image" -> new WrittenMessages(from, name, input.get("mediaId").text(), null, count);
      case "event" -> {
        ControlInput key = input.find("eventKey");
        yield new WrittenMessages(
            from, name, key == null ? "" : key.anyText(), input.get("event").text(), count);
      }
      default -> throw input.get("type").wrong("must be one of text, image, event");
    };
  }

  /** Answers the ids of the conversations that begin. */
  ObjectNode startWith(
      Account account, Callback callback, Instant now, Conversations conversations) {
    ObjectNode report = JsonNodeFactory.instance.objectNode();
    ArrayNode ids = report.putArray("conversations");
    for (int i = 0; i < count; i++) {
      Conversation started =
          conversations.start(
              account.appid(), callback, message(now.getEpochSecond(), conversations));
      ids.add(started.id());
    }
    return report;
  }

  private PushedMessage message(long second, Conversations conversations) {
    if (event != null) {
      return PushedMessage.event(from, second, event, text);
    }
    long msgId = conversations.nextMsgId();
    return type.equals("image")
        ? PushedMessage.image(from, second, text, msgId)
        : PushedMessage.text(from, second, text, msgId);
  }
}
