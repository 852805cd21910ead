package io.hongyan.simulator.wechat;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.util.Deque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request with its whole body, as the endpoints see it. */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared or changed
record WeChatRequest(
    HttpString method, String path, Map<String, Deque<String>> query, byte[] body) {

  static WeChatRequest of(HttpServerExchange exchange, byte[] body) {
    return new WeChatRequest(
        exchange.getRequestMethod(),
        exchange.getRequestPath(),
        exchange.getQueryParameters(),
        body);
  }

  boolean isGet() {
    return method.equals(Methods.GET);
  }

  boolean isPost() {
    return method.equals(Methods.POST);
  }

  /** The parameter's first value; the empty text when it is absent. */
  String parameter(String name) {
    Deque<String> values = query.get(name);
    String first = values == null ? null : values.peekFirst();
    return first == null ? "" : first;
  }

  /** The token in the address; null when there is none or an empty one. */
  @Nullable String accessToken() {
    String token = parameter("access_token");
    return token.isEmpty() ? null : token;
  }
}
