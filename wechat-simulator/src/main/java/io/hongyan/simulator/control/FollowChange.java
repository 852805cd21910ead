package io.hongyan.simulator.control;

import io.hongyan.simulator.account.Account;
import java.time.Instant;
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

  /** Answers how many it made a difference to, and how many {@code user/get} shows now. */
  ObjectNode applyTo(Account account, Instant now) {
    long subscribed = subscribe.stream().filter(openid -> account.subscribe(openid, now)).count();
    long unsubscribed = unsubscribe.stream().filter(account::unsubscribe).count();
    return JsonNodeFactory.instance
        .objectNode()
        .put("subscribed", subscribed)
        .put("unsubscribed", unsubscribed)
        .put("listed", account.followers().listedCount());
  }

  private static Set<String> textsOrNone(@Nullable ControlInput input) {
    return input == null ? Set.of() : input.texts();
  }
}
