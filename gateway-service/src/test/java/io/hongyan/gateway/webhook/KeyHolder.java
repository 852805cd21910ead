package io.hongyan.gateway.webhook;

import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An internal system with an API key of its own.
 *
 * @param id of the key
 * @param key the key itself
 */
record KeyHolder(RunningGateway gateway, String id, String key) {

  static KeyHolder create(RunningGateway gateway, String scopes, String accounts) {
    JsonNode made =
        gateway
            .admin(
                "POST",
                "/v1/keys",
                "{\"name\":\"erp\",\"scopes\":%s,\"accounts\":%s}".formatted(scopes, accounts))
            .json();
    return new KeyHolder(gateway, made.get("id").stringValue(), made.get("key").stringValue());
  }

  static KeyHolder create(RunningGateway gateway) {
    return create(gateway, "[\"send\",\"read\"]", "[\"*\"]");
  }

  /** Calls below the key's webhook. */
  Answer call(String method, String path, @Nullable String json) {
    return gateway.call(key, method, "/v1/keys/%s/webhook%s".formatted(id, path), json);
  }

  /** A column of the key's webhook. */
  String webhook(String column) {
    return Database.value(
        "select coalesce(%s::text, 'null') from webhook where api_key_id = '%s'"
            .formatted(column, id));
  }

  /** Sets the webhook for all events. */
  Answer put(String url) {
    return put(url, "[\"batch.done\",\"message.failed\",\"message.undelivered\"]");
  }

  Answer put(String url, String events) {
    return call("PUT", "", "{\"url\":\"%s\",\"events\":%s}".formatted(url, events));
  }
}
