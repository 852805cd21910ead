package io.hongyan.simulator.control;

import io.hongyan.simulator.account.Account;
import io.hongyan.simulator.account.Callback;
import io.hongyan.simulator.callback.Conversations;
import io.hongyan.simulator.callback.PushedMessage;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The body of {@code POST /_sim/accounts/{appid}/followers}: who follows or no longer does from now
 * on.
 */
record FollowChange(Set<String> subscribe, Set<String> unsubscribe) {

  static FollowChange read(ControlInput input) {
    input.asObject(Set.of("subscribe", "unsubscribe"));
    ControlInput unsubscribe = input.find("unsubscribe");
    FollowChange change =
        new FollowChange(textsOrNone(input.find("subscribe")), textsOrNone(unsubscribe));
    if (unsubscribe != null) {
      for (ControlInput openid : unsubscribe.elements()) {
        if (change.subscribe().contains(openid.text())) {
          throw openid.wrong("is in subscribe, too");
        }
      }
    }
    return change;
  }

  /**
   * Tells the account's callback of everybody it made a difference to. Answers how many that were,
   * and how many {@code user/get} shows now.
   */
  ObjectNode applyTo(Account account, Instant now, Conversations conversations) {
    List<String> subscribed =
        subscribe.stream().filter(openid -> account.subscribe(openid, now)).toList();
    List<String> unsubscribed = unsubscribe.stream().filter(account::unsubscribe).toList();
    Callback callback = account.callback();
    if (callback != null) {
      long second = now.getEpochSecond();
      unsubscribed.forEach(
          openid ->
              conversations.startInTurn(
                  account.appid(),
                  callback,
                  PushedMessage.event(openid, second, "unsubscribe", "")));
      subscribed.forEach(
          openid ->
              conversations.startInTurn(
                  account.appid(), callback, PushedMessage.event(openid, second, "subscribe", "")));
    }
    return JsonNodeFactory.instance
        .objectNode()
        .put("subscribed", subscribed.size())
        .put("unsubscribed", unsubscribed.size())
        .put("listed", account.followers().listedCount());
  }

  private static Set<String> textsOrNone(@Nullable ControlInput input) {
    return input == null ? Set.of() : input.texts();
  }
}
