package io.hongyan.gateway.batch;

import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.Scope;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /v1/batches/{id}/retry}: a new batch of the failed messages. */
@RestController
class RetryController {

  private final VisibleBatches visible;
  private final BatchRetry retry;

  RetryController(VisibleBatches visible, BatchRetry retry) {
    this.visible = visible;
    this.retry = retry;
  }

  @PostMapping("/v1/batches/{id}/retry")
  ResponseEntity<String> retry(
      ApiKey key,
      @PathVariable String id,
      @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey,
      @RequestBody(required = false) @Nullable RetryRequest request) {
    key.require(Scope.SEND);
    RetryRequest wanted = request == null ? new RetryRequest(null, null) : request;
    return retry
        .retry(
            key,
            visible.get(key, id),
            wanted.filter(),
            idempotencyKey == null ? null : IdempotencyKeys.requireForm(idempotencyKey))
        .answer();
  }
}
