package io.hongyan.gateway.release;

import java.util.List;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;

/** Batches whose state changes by the clock, for {@link ScheduledBatches}. */
@Mapper
interface ScheduleMapper {

  /** Scheduled batches whose moment is longer ago than the grace. */
  List<Long> findMissed(@Param("graceSeconds") long graceSeconds);

  /**
   * Pauses a scheduled batch and notes it in the audit log; 0 if it is not scheduled any more.
   *
   * @param batchId the id as it is written in the audit log
   */
  int pauseMissed(
      @Param("id") long id, @Param("batchId") String batchId, @Param("reason") String reason);

  /** Lets scheduled batches begin whose moment has come, within the grace; returns their ids. */
  List<Long> startDue(@Param("graceSeconds") long graceSeconds);

  /**
   * Sets {@code released} where everything is released but the state says otherwise, as after a
   * pause and resume in the moment of the last chunk. Returns how many.
   */
  int endReleased();
}
