package io.hongyan.gateway.schedule;

import io.hongyan.gateway.account.VisibleAccounts;
import io.hongyan.gateway.batch.IdempotencyKeys;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.Scope;
import io.hongyan.gateway.web.Page;
import io.hongyan.gateway.web.ProblemException;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Recurring campaigns over HTTP. */
@RestController
@RequestMapping("/v1/schedules")
class ScheduleController {

  private final Schedules schedules;
  private final SchedulesMapper mapper;
  private final SchedulerLogMapper runs;
  private final VisibleAccounts visibleAccounts;

  ScheduleController(
      Schedules schedules,
      SchedulesMapper mapper,
      SchedulerLogMapper runs,
      VisibleAccounts visibleAccounts) {
    this.schedules = schedules;
    this.mapper = mapper;
    this.runs = runs;
    this.visibleAccounts = visibleAccounts;
  }

  @PutMapping("/{id}")
  ResponseEntity<ScheduleView> put(
      ApiKey key, @PathVariable String id, @RequestBody PutScheduleRequest request)
      throws SQLException {
    key.require(Scope.SEND);
    boolean created = schedules.put(key, id, request);
    return ResponseEntity.status(created ? HttpStatus.CREATED : HttpStatus.OK)
        .body(ScheduleView.of(schedules.get(key, id)));
  }

  @GetMapping("/{id}")
  ScheduleView get(ApiKey key, @PathVariable String id) {
    key.require(Scope.READ);
    return ScheduleView.of(schedules.get(key, id));
  }

  @GetMapping
  Page<ScheduleView> list(
      ApiKey key,
      @RequestParam(required = false) @Nullable String account,
      @RequestParam(defaultValue = "") String cursor,
      @RequestParam(required = false) @Nullable Integer limit) {
    key.require(Scope.READ);
    if (account != null) {
      visibleAccounts.require(key, Scope.READ, account);
    }
    int size = Page.limit(limit);
    return Page.of(
        mapper.findPage(accounts(key, account), cursor, Page.rowsFor(size)),
        size,
        Schedule::id,
        ScheduleView::of);
  }

  @DeleteMapping("/{id}")
  ResponseEntity<Void> delete(ApiKey key, @PathVariable String id) {
    key.require(Scope.SEND);
    schedules.delete(key, id);
    return ResponseEntity.noContent().build();
  }

  @PostMapping("/{id}/trigger")
  ResponseEntity<String> trigger(
      ApiKey key,
      @PathVariable String id,
      @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey,
      @RequestBody(required = false) @Nullable JsonNode others)
      throws SQLException {
    key.require(Scope.SEND);
    String checkedKey = idempotencyKey == null ? null : IdempotencyKeys.requireForm(idempotencyKey);
    return schedules.trigger(key, id, others, checkedKey).answer();
  }

  @GetMapping("/{id}/runs")
  Page<JobRun> runs(
      ApiKey key,
      @PathVariable String id,
      @RequestParam(required = false) @Nullable String cursor,
      @RequestParam(required = false) @Nullable Integer limit) {
    key.require(Scope.READ);
    Schedule schedule = schedules.get(key, id);
    int size = Page.limit(limit);
    // Those of a deleted schedule of the same name may be another account's.
    return Page.of(
        runs.findRuns(schedule.job(), schedule.createdAt(), before(cursor), Page.rowsFor(size)),
        size,
        run -> run.dueAt().toString(),
        run -> run);
  }

  private static @Nullable Set<String> accounts(ApiKey key, @Nullable String account) {
    if (account != null) {
      return Set.of(account);
    }
    return key.mayUseAll() ? null : key.accounts();
  }

  private static @Nullable Instant before(@Nullable String cursor) {
    try {
      return cursor == null ? null : Instant.parse(cursor);
    } catch (DateTimeException e) {
      throw ProblemException.badRequest("cursor is not one of ours");
    }
  }
}
