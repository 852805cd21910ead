package io.hongyan.simulator.control;

import io.hongyan.simulator.callback.Attempt;
import io.hongyan.simulator.callback.Conversation;
import io.hongyan.simulator.state.SimulatorState;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code GET /_sim/conversations}: what came of what followers wrote and did. */
final class ConversationReport {

  private static final int DEFAULT_LIMIT = 1_000;
  private static final int LARGEST_LIMIT = 10_000;

  private ConversationReport() {}

  static ObjectNode list(SimulatorState state, Map<String, Deque<String>> parameters) {
    int limit = (int) QueryInput.number(parameters, "limit", DEFAULT_LIMIT, 1, LARGEST_LIMIT);
    List<Conversation> found =
        state
            .conversations()
            .after(QueryInput.number(parameters, "after", 0, 0, Long.MAX_VALUE), limit + 1);
    ObjectNode report = JsonNodeFactory.instance.objectNode();
    ArrayNode shown = report.putArray("conversations");
    found.stream().limit(limit).map(ConversationReport::of).forEach(shown::add);
    if (found.size() > limit) {
      return report.put("next", found.get(limit - 1).id());
    }
    return report.putNull("next");
  }

  static ObjectNode of(Conversation conversation) {
    Conversation.Progress progress = conversation.progress();
    boolean answered = progress.state() == Conversation.State.ANSWERED;
    int tries = progress.attempts().size();
    ObjectNode report =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", conversation.id())
            .put("from", conversation.from())
            .put("state", lower(progress.state()))
            .put("tries", tries);
    if (answered) {
      report.put("answeredOnTry", tries);
    } else {
      report.putNull("answeredOnTry");
    }
    report.set("reply", progress.reply());
    report.put("tookMs", progress.tookMillis());
    ArrayNode attempts = report.putArray("attempts");
    for (Attempt attempt : progress.attempts()) {
      attempts
          .addObject()
          .put("sentAt", attempt.sentAtMillis())
          .put("status", attempt.status())
          .put("outcome", lower(attempt.outcome()))
          .put("problem", attempt.problem());
    }
    return report;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
