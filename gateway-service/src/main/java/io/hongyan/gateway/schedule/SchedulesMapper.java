package io.hongyan.gateway.schedule;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.jspecify.annotations.Nullable;

/** SQL for schedules and the batches of their runs. */
@Mapper
interface SchedulesMapper {

  Optional<Schedule> find(@Param("id") String id);

  /**
   * Schedules after the cursor, by id.
   *
   * @param accounts the account ids to look at; null for all
   */
  List<Schedule> findPage(
      @Param("accounts") @Nullable Set<String> accounts,
      @Param("cursor") String cursor,
      @Param("rows") int rows);

  /** The schedule, locked until the transaction ends. */
  Optional<Schedule> lock(@Param("id") String id);

  /**
   * Stores it.
   *
   * @return whether it is new; empty if there is one of that id for another account
   */
  Optional<Boolean> put(@Param("schedule") Schedule schedule);

  /** 0 if there is none. */
  int delete(@Param("id") String id);

  /** Ids of all schedules whose next run is due, the longest due one first. */
  List<String> findDue(@Param("now") Instant now);

  /** Locks the schedule; empty if its run is not due any more or another gateway is at it. */
  Optional<Schedule> lockDue(@Param("id") String id, @Param("now") Instant now);

  /** Sets the next run of a schedule that is locked. */
  void moveOn(@Param("id") String id, @Param("next") @Nullable Instant next);

  /** The batch that a run has made already. */
  Optional<Long> findBatch(
      @Param("id") String id, @Param("createdBy") String createdBy, @Param("due") Instant due);

  /** The moment that the batch of a run was made for; empty if it is there no more. */
  Optional<Instant> findMoment(@Param("batch") long batch);
}
