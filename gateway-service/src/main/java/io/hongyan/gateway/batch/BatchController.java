package io.hongyan.gateway.batch;

import io.hongyan.common.message.BatchId;
import io.hongyan.gateway.audit.AuditLog;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.Scope;
import io.hongyan.gateway.web.Page;
import io.hongyan.gateway.web.ProblemException;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Batches over HTTP: looking at them and changing their state. */
@RestController
@RequestMapping("/v1/batches")
class BatchController {

  private final BatchMapper mapper;
  private final VisibleBatches visible;
  private final BatchChanges changes;
  private final AuditLog audit;

  BatchController(
      BatchMapper mapper, VisibleBatches visible, BatchChanges changes, AuditLog audit) {
    this.mapper = mapper;
    this.visible = visible;
    this.changes = changes;
    this.audit = audit;
  }

  @GetMapping("/{id}")
  BatchView get(ApiKey key, @PathVariable String id) {
    key.require(Scope.READ);
    return BatchView.of(visible.get(key, id));
  }

  @GetMapping
  Page<BatchView> list(
      ApiKey key,
      @RequestParam(required = false) @Nullable String account,
      @RequestParam(required = false) @Nullable String state,
      @RequestParam(required = false) @Nullable String cursor,
      @RequestParam(required = false) @Nullable Integer limit) {
    key.require(Scope.READ);
    if (account != null) {
      visible.requireAccount(key, account);
    }
    int size = Page.limit(limit);
    return Page.of(
        mapper.findPage(accounts(key, account), known(state), before(cursor), Page.rowsFor(size)),
        size,
        row -> new BatchId(row.id()).toString(),
        BatchView::of);
  }

  @GetMapping("/{id}/history")
  Page<AuditLog.Entry> history(ApiKey key, @PathVariable String id) {
    key.require(Scope.READ);
    BatchRow batch = visible.get(key, id);
    return new Page<>(audit.history("batch/" + new BatchId(batch.id())), null);
  }

  @PostMapping("/{id}/pause")
  BatchView pause(ApiKey key, @PathVariable String id) {
    return change(key, id, BatchAction.PAUSE);
  }

  @PostMapping("/{id}/resume")
  BatchView resume(ApiKey key, @PathVariable String id) {
    return change(key, id, BatchAction.RESUME);
  }

  @PostMapping("/{id}/cancel")
  BatchView cancel(ApiKey key, @PathVariable String id) {
    return change(key, id, BatchAction.CANCEL);
  }

  @PostMapping("/{id}/trigger")
  BatchView trigger(ApiKey key, @PathVariable String id) {
    return change(key, id, BatchAction.TRIGGER);
  }

  private BatchView change(ApiKey key, String id, BatchAction action) {
    key.require(Scope.SEND);
    changes.apply(key, visible.get(key, id), action);
    return BatchView.of(visible.get(key, id));
  }

  private static @Nullable Set<String> accounts(ApiKey key, @Nullable String account) {
    if (account != null) {
      return Set.of(account);
    }
    return key.mayUseAll() ? null : key.accounts();
  }

  private static @Nullable String known(@Nullable String state) {
    if (state != null && BatchState.ofText(state).isEmpty()) {
      throw ProblemException.badRequest(
          "'%s' is not a state; known are %s"
              .formatted(
                  state,
                  Arrays.stream(BatchState.values())
                      .map(BatchState::text)
                      .collect(Collectors.joining(", "))));
    }
    return state;
  }

  private static long before(@Nullable String cursor) {
    return cursor == null
        ? Long.MAX_VALUE
        : BatchId.parse(cursor)
            .map(BatchId::value)
            .orElseThrow(() -> ProblemException.badRequest("cursor is not one of ours"));
  }
}
