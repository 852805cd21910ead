package io.hongyan.bench.load;

import io.hongyan.bench.stack.BenchStack;
import io.hongyan.stack.http.Answer;
import io.hongyan.stack.http.Deadline;
import io.hongyan.stack.http.HttpCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What a caller of the product does: submits batches, asks how far they are. */
public final class Gateway {

  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration UPLOAD_LIMIT = Duration.ofMinutes(10);

  private final HttpCalls http;

  public Gateway(BenchStack stack) {
    this.http = stack.admin();
  }

  /**
   * Uploads a batch and returns its id, once it is answered 202.
   *
   * @param settings further query parameters, {@code &sendAt=…}
   */
  public String submit(String account, Format format, Path body, String settings) {
    try {
      return http.send(
              http.request(
                      "/v1/batches?account=%s&template=%s%s"
                          .formatted(account, BenchAccounts.TEMPLATE, settings))
                  .timeout(UPLOAD_LIMIT)
                  .header("Content-Type", format.contentType())
                  .POST(BodyPublishers.ofFile(body)))
          .expectingSuccess()
          .json()
          .get("batchId")
          .stringValue();
    } catch (IOException e) {
      throw new UncheckedIOException("the upload was not answered", e);
    }
  }

  /** Waits until every message of these batches has its row; fails if one of them failed. */
  public void awaitRecorded(List<String> batches, Duration limit) {
    Deadline deadline = Deadline.in(limit);
    for (String batch : batches) {
      while (!isRecorded(batch)) {
        if (deadline.isOver()) {
          throw new IllegalStateException("%s is not over after %s".formatted(batch, limit));
        }
        deadline.pause(POLL);
      }
    }
  }

  /** Waits until every message of the batch has a receipt that says that it arrived. */
  public void awaitDelivered(String batch, Duration limit) {
    Deadline deadline = Deadline.in(limit);
    JsonNode shown = call("GET", "/v1/batches/" + batch).json();
    while (shown.get("delivered").asInt() < shown.get("total").asInt()) {
      if (deadline.isOver()) {
        throw new IllegalStateException(
            "receipts are missing after %s: %s".formatted(limit, shown));
      }
      deadline.pause(POLL);
      shown = call("GET", "/v1/batches/" + batch).json();
    }
  }

  private boolean isRecorded(String batch) {
    JsonNode shown = call("GET", "/v1/batches/" + batch).json();
    if (shown.get("failed").asInt() > 0) {
      throw new IllegalStateException("messages failed, so nothing was measured: " + shown);
    }
    return shown.get("succeeded").asInt() == shown.get("total").asInt();
  }

  private Answer call(String method, String path) {
    try {
      return http.call(method, path, null).expectingSuccess();
    } catch (IOException e) {
      throw new UncheckedIOException("the gateway does not answer", e);
    }
  }
}
