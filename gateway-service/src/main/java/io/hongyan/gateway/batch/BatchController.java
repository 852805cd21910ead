package io.hongyan.gateway.batch;

import io.hongyan.common.message.BatchId;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.Scope;
import io.hongyan.gateway.web.Page;
import java.util.Set;
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
  private final BatchHistory history;
  private final BatchViews views;

  BatchController(
      BatchMapper mapper,
      VisibleBatches visible,
      BatchChanges changes,
      BatchHistory history,
      BatchViews views) {
    this.mapper = mapper;
    this.visible = visible;
    this.changes = changes;
    this.history = history;
    this.views = views;
  }

  @GetMapping("/{id}")
  BatchView get(ApiKey key, @PathVariable String id) {
    key.require(Scope.READ);
    return views.of(visible.get(key, id));
  }

  @GetMapping
  Page<BatchView> list(
      ApiKey key,
      @RequestParam(required = false) @Nullable String account,
      @RequestParam(required = false) @Nullable String state,
      @RequestParam(required = false) @Nullable String template,
      @RequestParam(required = false) @Nullable String priority,
      @RequestParam(required = false) @Nullable String schedule,
      @RequestParam(required = false) @Nullable String createdFrom,
      @RequestParam(required = false) @Nullable String createdTo,
      @RequestParam(required = false) @Nullable String cursor,
      @RequestParam(required = false) @Nullable Integer limit) {
    key.require(Scope.READ);
    if (account != null) {
      visible.requireAccount(key, account);
    }
    int size = Page.limit(limit);
    BatchFilter filter =
        new BatchFilter(
            accounts(key, account),
            BatchFilter.states(state),
            template,
            BatchFilter.priority(priority),
            schedule,
            BatchFilter.moment("createdFrom", createdFrom),
            BatchFilter.moment("createdTo", createdTo),
            BatchFilter.cursor(cursor));
    return Page.of(
        mapper.findPage(filter, Page.rowsFor(size)),
        size,
        row -> new BatchId(row.id()).toString(),
        views::of);
  }

  @GetMapping("/{id}/history")
  Page<BatchHistory.Entry> history(ApiKey key, @PathVariable String id) {
    key.require(Scope.READ);
    return new Page<>(history.of(visible.get(key, id)), null);
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
    return views.of(visible.get(key, id));
  }

  private static @Nullable Set<String> accounts(ApiKey key, @Nullable String account) {
    if (account != null) {
      return Set.of(account);
    }
    return key.mayUseAll() ? null : key.accounts();
  }
}
