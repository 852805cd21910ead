package io.hongyan.simulator.control;

import io.hongyan.simulator.message.AcceptedMessage;
import io.hongyan.simulator.message.MessagePage;
import io.hongyan.simulator.message.MessageQuery;
import io.hongyan.simulator.state.SimulatorState;
import java.util.Deque;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/** {@code GET /_sim/messages}: what was accepted, oldest first, a page at a time. */
final class MessagesReport {

  private static final int DEFAULT_LIMIT = 1_000;
  private static final int LARGEST_LIMIT = 10_000;

  private MessagesReport() {}

  static ObjectNode of(SimulatorState state, Map<String, Deque<String>> parameters) {
    MessagePage page =
        state
            .messages()
            .find(
                new MessageQuery(
                    QueryInput.find(parameters, "clientMsgId"),
                    QueryInput.find(parameters, "openid"),
                    (int) QueryInput.number(parameters, "after", 0, 0, Integer.MAX_VALUE),
                    (int) QueryInput.number(parameters, "limit", DEFAULT_LIMIT, 1, LARGEST_LIMIT)));
    ObjectNode report = JsonNodeFactory.instance.objectNode();
    ArrayNode messages = report.putArray("messages");
    for (AcceptedMessage message : page.messages()) {
      messages
          .addObject()
          .put("clientMsgId", message.clientMsgId())
          .put("appid", message.appid())
          .put("openid", message.openid())
          .put("templateId", message.templateId())
          .put("msgid", message.msgid())
          .put("at", message.at().toEpochMilli())
          .putRawValue("data", new RawValue(message.data()));
    }
    return report.put("next", page.next());
  }
}
