package io.hongyan.gateway.callback;

import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import io.hongyan.gateway.callback.KeptReply.Result;
import io.hongyan.gateway.callback.MessageHandler.Handled;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An account at a gateway, its rules, and what its followers say.
 *
 * @param id of the account, unlike any other test's
 */
record RuledAccount(RunningGateway gateway, String id) {

  /** A default rule, by which the answer is "no idea". */
  static final String DEFAULT =
      "{\"on\":\"default\",\"reply\":{\"type\":\"text\",\"content\":\"no idea\"}}";

  /** Makes one without rules. */
  static RuledAccount of(RunningGateway gateway) {
    String id = "ar-" + UUID.randomUUID().toString().substring(0, 8);
    gateway.createAccount(id);
    return new RuledAccount(gateway, id);
  }

  String path(String rule) {
    return "/v1/accounts/%s/auto-replies/%s".formatted(id, rule);
  }

  /** Stores a rule. */
  Answer put(String rule, String body) {
    return gateway.admin("PUT", path(rule), body);
  }

  /** Stores a rule that answers a text. */
  void keyword(
      String rule, String match, String pattern, int position, String reply, boolean enabled) {
    Answer stored =
        put(
            rule,
            "{\"on\":\"keyword\",\"match\":\"%s\",\"pattern\":\"%s\",\"position\":%d,\"enabled\":%s,\"reply\":{\"type\":\"text\",\"content\":\"%s\"}}"
                .formatted(match, pattern, position, enabled, reply));
    if (stored.status() >= 300) {
      throw new IllegalStateException(stored.text());
    }
  }

  /** What comes of a message at the gateway. */
  Handled handle(WeChatMessage message) throws InterruptedException {
    return gateway.bean(AutoReplies.class).handle(message);
  }

  static Handled replied(String handler, String text) {
    return new Handled(handler, new KeptReply(Result.REPLIED, new PassiveReply.Text(text)));
  }

  WeChatMessage text(String content) {
    return message("text", null, content);
  }

  WeChatMessage event(String event) {
    return message("event", event, null);
  }

  WeChatMessage message(String type, @Nullable String event, @Nullable String content) {
    return new WeChatMessage(
        id,
        "gh_1",
        "o1",
        Instant.ofEpochSecond(1_700_000_000),
        type,
        event,
        null,
        event == null ? Long.valueOf(6054768590064713728L) : null,
        content,
        content == null ? Map.of() : Map.of("Content", content),
        "<xml/>");
  }
}
