package io.hongyan.gateway.inbox;

import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What the inbox tests do: people with names of their own, announcements, and looks at inboxes. */
final class People {

  private People() {}

  /** A uid that no other test, also of another run on the same Redis, uses. */
  static String newUid() {
    return "u-" + UUID.randomUUID();
  }

  /** Publishes an announcement for all; its id. */
  static String publish(RunningGateway gateway, String account, String title) {
    return id(publish(gateway, account, title, "{\"all\":true}", ""));
  }

  /**
   * Publishes an announcement.
   *
   * @param more settings beyond account, title, body and audience, with a comma before them
   */
  static Answer publish(
      RunningGateway gateway, String account, String title, String audience, String more) {
    return gateway.admin(
        "POST",
        "/v1/inbox/announcements",
        "{\"account\":\"%s\",\"title\":\"%s\",\"body\":\"The text.\",\"audience\":%s%s}"
            .formatted(account, title, audience, more));
  }

  static String id(Answer published) {
    return published.json().get("id").stringValue();
  }

  static JsonNode conversations(RunningGateway gateway, String uid) {
    return get(gateway, uid, "conversations").get("items");
  }

  static JsonNode messages(RunningGateway gateway, String uid, String account) {
    return get(gateway, uid, "conversations/%s/messages".formatted(account)).get("items");
  }

  /** Unread messages of one account. */
  static int unread(RunningGateway gateway, String uid, String account) {
    JsonNode count = get(gateway, uid, "unread").get("accounts").get(account);
    return count == null ? 0 : count.intValue();
  }

  static Answer read(RunningGateway gateway, String uid, String account, @Nullable String upTo) {
    return gateway.admin(
        "POST",
        "/v1/inbox/users/%s/conversations/%s/read".formatted(uid, account),
        upTo == null ? "{}" : "{\"upTo\":\"%s\"}".formatted(upTo));
  }

  /** Says that the person showed up; {@code synced}, {@code recent} or {@code running}. */
  static String active(RunningGateway gateway, String uid) {
    return gateway
        .admin("POST", "/v1/inbox/users/%s/active".formatted(uid), null)
        .json()
        .get("sync")
        .stringValue();
  }

  private static JsonNode get(RunningGateway gateway, String uid, String what) {
    Answer answer = gateway.admin("GET", "/v1/inbox/users/%s/%s".formatted(uid, what), null);
    if (answer.status() != 200) {
      throw new IllegalStateException(what + " answered " + answer.text());
    }
    return answer.json();
  }
}
