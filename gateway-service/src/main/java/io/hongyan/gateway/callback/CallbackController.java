package io.hongyan.gateway.callback;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Where WeChat calls: no API key but WeChat's signature. What is not WeChat's gets an empty 403 and
 * is counted, nothing else, for anybody may come here.
 */
@RestController
@RequestMapping("/wechat/{account}/callback")
class CallbackController {

  // Or strangers could make as many counters as they can think of names.
  private static final String NO_ACCOUNT = "";

  private final CallbackRegistry registry;
  private final CallbackRequests requests;
  private final MeterRegistry meters;
  private final int maxBody;
  private final long giveUpAfterNanos;

  CallbackController(
      CallbackRegistry registry,
      CallbackRequests requests,
      CallbackProperties properties,
      MeterRegistry meters) {
    this.registry = registry;
    this.requests = requests;
    this.meters = meters;
    this.maxBody = (int) properties.maxBody().toBytes();
    this.giveUpAfterNanos = properties.giveUpAfter().toNanos();
  }

  /** WeChat verifies the address; the answer is {@code echostr} as it came. */
  @GetMapping
  ResponseEntity<byte[]> verify(@PathVariable String account, HttpServletRequest request) {
    Optional<AccountCallback> callback = registry.find(account);
    if (callback.isEmpty()) {
      return refused(NO_ACCOUNT, Refusal.UNKNOWN_ACCOUNT);
    }
    try {
      CallbackQuery query = CallbackQuery.parse(request.getQueryString());
      return ok(CallbackAnswer.Body.text(requests.verify(callback.get(), query)));
    } catch (RefusedException e) {
      return refused(account, e.reason());
    }
  }

  /** WeChat posts a message, an event or a receipt. */
  @PostMapping
  ResponseEntity<byte[]> post(@PathVariable String account, HttpServletRequest request) {
    long arrivedNanos = System.nanoTime();
    Optional<AccountCallback> callback = registry.find(account);
    if (callback.isEmpty()) {
      return refused(NO_ACCOUNT, Refusal.UNKNOWN_ACCOUNT);
    }
    try {
      CallbackQuery query = CallbackQuery.parse(request.getQueryString());
      byte[] body = read(request);
      return answer(requests.answer(callback.get(), query, body, arrivedNanos), arrivedNanos);
    } catch (RefusedException e) {
      return refused(account, e.reason());
    } catch (IOException e) {
      // It went away while it sent: nobody reads the answer.
      return empty(HttpStatus.BAD_REQUEST);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return empty(HttpStatus.SERVICE_UNAVAILABLE);
    }
  }

  private byte[] read(HttpServletRequest request) throws IOException, RefusedException {
    if (request.getContentLengthLong() <= maxBody) {
      byte[] body = request.getInputStream().readNBytes(maxBody + 1);
      if (body.length <= maxBody) {
        return body;
      }
    }
    throw new RefusedException(Refusal.TOO_LARGE, "too large");
  }

  private ResponseEntity<byte[]> answer(CallbackAnswer answer, long arrivedNanos)
      throws InterruptedException {
    return switch (answer) {
      case CallbackAnswer.Body body -> ok(body);
      case CallbackAnswer.Unavailable unavailable -> empty(HttpStatus.SERVICE_UNAVAILABLE);
      case CallbackAnswer.Withheld withheld -> {
        outlast(arrivedNanos);
        yield ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
            .header(HttpHeaders.CONNECTION, "close")
            .build();
      }
    };
  }

  // An answer of any kind within WeChat's 5 seconds would be the last word, and an error's text is
  // what the follower would see (wechat-api 6.3).
  private void outlast(long arrivedNanos) throws InterruptedException {
    for (long left = left(arrivedNanos); left > 0; left = left(arrivedNanos)) {
      Thread.sleep(Duration.ofNanos(left));
    }
  }

  private long left(long arrivedNanos) {
    return giveUpAfterNanos - (System.nanoTime() - arrivedNanos);
  }

  private ResponseEntity<byte[]> refused(String account, Refusal reason) {
    meters
        .counter("hongyan.callback.refused", "reason", reason.tag(), "account", account)
        .increment();
    return empty(reason == Refusal.TOO_LARGE ? HttpStatus.CONTENT_TOO_LARGE : HttpStatus.FORBIDDEN);
  }

  private static ResponseEntity<byte[]> ok(CallbackAnswer.Body body) {
    return ResponseEntity.ok()
        .contentType(body.type())
        // What is echoed comes from the URL, and must not be taken for a page.
        .header("X-Content-Type-Options", "nosniff")
        .body(body.text().getBytes(StandardCharsets.UTF_8));
  }

  private static ResponseEntity<byte[]> empty(HttpStatus status) {
    return ResponseEntity.status(status).build();
  }
}
