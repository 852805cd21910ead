package io.hongyan.gateway.release;

import java.util.List;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;

/** Ends batches whose messages all have an outcome, for {@link BatchFinisher}. */
@Mapper
interface FinishMapper {

  /** Released batches whose counters say that nothing is left, oldest first. */
  List<Long> countedOut(@Param("limit") int limit);

  /**
   * Locks the progress rows against recorders, in id order; rows that somebody else has locked are
   * left out.
   */
  List<Long> lockProgress(@Param("ids") Long[] ids);

  /** Sets counters that differ from the outcome rows right; returns the batches that it touched. */
  List<Long> recount(@Param("ids") Long[] ids);

  /** Marks as done what has as many outcomes as messages; returns those. */
  List<FinishedBatch> markDone(@Param("ids") Long[] ids);
}
