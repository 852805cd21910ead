package io.hongyan.gateway.wechat;

import io.hongyan.gateway.RunningGateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;

/**
 * A sender that answers over HTTP what the test says, and a gateway that calls it. Answers belong
 * to an account, so tests with accounts of their own do not meet.
 */
final class StubSender {

  /** WeChat's words in a refusal. */
  static final String ERRMSG = "said no rid: 1-2";

  private static final String INTERNAL = "/internal/accounts/";

  private final MockWebServer server = new MockWebServer();
  private final Map<String, MockResponse> answers = new ConcurrentHashMap<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final RunningGateway gateway;

  private StubSender() {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return answer(request);
          }
        });
    try {
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException("no port for the stub", e);
    }
    gateway = RunningGateway.start(Map.of("HONGYAN_SENDER_URL", server.url("/").toString()));
  }

  /** The one that the tests of this JVM share. */
  static StubSender shared() {
    return Shared.SENDER;
  }

  /** The gateway that knows this sender. */
  RunningGateway gateway() {
    return gateway;
  }

  /** From now on the call below the account's path is answered so. */
  void answer(String method, String account, String path, int status, String body) {
    answers.put(
        key(method, INTERNAL + account + "/" + path),
        new MockResponse.Builder().code(status).body(body).build());
  }

  /** From now on WeChat refuses the call, with {@link #ERRMSG}. */
  void refuse(String method, String account, String path, int errcode) {
    answer(
        method,
        account,
        path,
        422,
        "{\"errcode\":%d,\"errmsg\":\"%s\"}".formatted(errcode, ERRMSG));
  }

  /** From now on the call's connection breaks before the answer. */
  void breakOff(String method, String account, String path) {
    answers.put(
        key(method, INTERNAL + account + "/" + path),
        new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build());
  }

  /** What was asked about the account, oldest first. */
  List<Asked> asked(String account) {
    return asked.stream()
        .filter(call -> call.target().startsWith(INTERNAL + account + "/"))
        .toList();
  }

  private MockResponse answer(RecordedRequest request) {
    asked.add(
        new Asked(
            Objects.requireNonNull(request.getMethod()),
            request.getTarget(),
            Objects.requireNonNullElse(request.getHeaders().get("Authorization"), ""),
            request.getBody() == null ? "" : request.getBody().utf8()));
    return answers.getOrDefault(
        key(Objects.requireNonNull(request.getMethod()), request.getTarget()),
        new MockResponse.Builder().code(500).body("the test has no answer for this").build());
  }

  private static String key(String method, String target) {
    return method + " " + target;
  }

  /** A call that arrived. */
  record Asked(String method, String target, String authorization, String body) {

    /** Method, path below the account's, and body. */
    String what() {
      String path = target.substring(target.indexOf('/', INTERNAL.length()) + 1);
      return (method + " " + path + " " + body).strip();
    }
  }

  /** Started once a JVM, when the first test asks. */
  private static final class Shared {
    static final StubSender SENDER = new StubSender();
  }
}
