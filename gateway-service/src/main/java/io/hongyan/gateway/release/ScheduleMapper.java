package io.hongyan.gateway.release;

import java.util.List;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;

/** Batches whose state changes by the clock, for {@link ScheduledBatches}. */
@Mapper
interface ScheduleMapper {

  /** Pauses scheduled batches whose moment is longer ago than the grace; returns their ids. */
  List<Long> pauseMissed(@Param("graceSeconds") long graceSeconds, @Param("reason") String reason);

  /** Lets scheduled batches whose moment has come begin; returns their ids. */
  List<Long> startDue();

  /**
   * Sets {@code released} where everything is released but the state says otherwise, as after a
   * pause and resume in the moment of the last chunk. Returns how many.
   */
  int endReleased();
}
