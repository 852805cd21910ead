package io.hongyan.gateway.batch;

import java.util.List;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;

/** SQL for what became of a batch's recipients. */
@Mapper
interface ResultMapper {

  /** Failures after the cursor, by seq. */
  List<FailureRow> findFailures(
      @Param("batchId") long batchId,
      @Param("filter") FailureFilter filter,
      @Param("cursor") int cursor,
      @Param("rows") int rows);

  /** Refused recipients after the cursor, by line. */
  List<Rejection> findRejections(
      @Param("batchId") long batchId, @Param("cursor") int cursor, @Param("rows") int rows);
}
