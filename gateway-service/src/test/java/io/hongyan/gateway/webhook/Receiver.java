package io.hongyan.gateway.webhook;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.jspecify.annotations.NonNull;

/** An internal system that gets posts, and keeps them in the order in which they came. */
final class Receiver implements AutoCloseable {

  private final MockWebServer server = new MockWebServer();
  private final List<RecordedRequest> got = new CopyOnWriteArrayList<>();
  private volatile Function<RecordedRequest, MockResponse> answer = request -> status(204);

  Receiver() {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public @NonNull MockResponse dispatch(@NonNull RecordedRequest request) {
            got.add(request);
            return answer.apply(request);
          }
        });
    try {
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Until the latch is open. */
  static void hold(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static String text(RecordedRequest request) {
    return String.valueOf(request.getBody() == null ? null : request.getBody().utf8());
  }

  static MockResponse status(int status) {
    return new MockResponse.Builder().code(status).build();
  }

  /** From now on. */
  void answers(int status) {
    answer = request -> status(status);
  }

  /** From now on; the function may wait. */
  void answers(Function<RecordedRequest, MockResponse> by) {
    answer = by;
  }

  String url() {
    return server.url("/hook").toString();
  }

  int port() {
    return server.getPort();
  }

  /** What came. */
  List<RecordedRequest> got() {
    return got;
  }

  /** The deliveries' ids, as they came. */
  List<String> ids() {
    return got.stream()
        .map(request -> String.valueOf(request.getHeaders().get("webhook-id")))
        .toList();
  }

  @Override
  public void close() {
    server.close();
  }
}
