package io.hongyan.gateway.schedule;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.jspecify.annotations.Nullable;

/** SQL for {@code scheduler_log}: the runs of schedules, and of jobs of every kind to look at. */
@Mapper
interface SchedulerLogMapper {

  /** Notes a finished run of a schedule; does nothing if the moment has one. */
  int insert(
      @Param("job") String job,
      @Param("due") Instant due,
      @Param("instance") String instance,
      @Param("startedAt") Instant startedAt,
      @Param("finishedAt") Instant finishedAt,
      @Param("result") String result,
      @Param("remark") @Nullable String remark,
      @Param("batch") @Nullable Long batch);

  /**
   * Runs before the cursor, newest first.
   *
   * @param job its name; null for all
   * @param accounts only runs of schedules of these accounts; null for all runs
   */
  List<JobRun> findPage(
      @Param("job") @Nullable String job,
      @Param("accounts") @Nullable Set<String> accounts,
      @Param("cursor") long cursor,
      @Param("rows") int rows);

  /** A job's runs that were begun since and due before, the last due one first. */
  List<JobRun> findRuns(
      @Param("job") String job,
      @Param("since") Instant since,
      @Param("before") @Nullable Instant before,
      @Param("rows") int rows);
}
