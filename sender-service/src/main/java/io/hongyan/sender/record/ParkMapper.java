package io.hongyan.sender.record;

import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Update;

/** Writes {@code batch_progress.parked_at}. */
@Mapper
interface ParkMapper {

  /** Returns 0 if the batch is unknown. */
  @Update("update batch_progress set parked_at = now() where batch_id = #{batchId}")
  int markParked(@Param("batchId") long batchId);
}
