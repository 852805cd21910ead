package io.hongyan.gateway.schedule;

import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.Scope;
import io.hongyan.gateway.web.Page;
import io.hongyan.gateway.web.ProblemException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /v1/scheduler-log}: the runs of jobs of every kind, for admins. */
@RestController
class SchedulerLogController {

  private final SchedulerLogMapper mapper;

  SchedulerLogController(SchedulerLogMapper mapper) {
    this.mapper = mapper;
  }

  /** A key for some accounts only sees the runs of their schedules. */
  @GetMapping("/v1/scheduler-log")
  Page<JobRun> list(
      ApiKey key,
      @RequestParam(required = false) @Nullable String job,
      @RequestParam(required = false) @Nullable String cursor,
      @RequestParam(required = false) @Nullable Integer limit) {
    key.require(Scope.ADMIN);
    int size = Page.limit(limit);
    return Page.of(
        mapper.findPage(
            job, key.mayUseAll() ? null : key.accounts(), before(cursor), Page.rowsFor(size)),
        size,
        run -> run.id().toString(),
        run -> run);
  }

  private static long before(@Nullable String cursor) {
    try {
      return cursor == null ? Long.MAX_VALUE : Long.parseLong(cursor);
    } catch (NumberFormatException e) {
      throw ProblemException.badRequest("cursor is not one of ours");
    }
  }
}
