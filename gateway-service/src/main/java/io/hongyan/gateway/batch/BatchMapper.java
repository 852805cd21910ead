package io.hongyan.gateway.batch;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;

/** SQL for looking at batches and changing their state. */
@Mapper
interface BatchMapper {

  Optional<BatchRow> find(@Param("id") long id);

  /** Batches that the filter lets through, newest first. */
  List<BatchRow> findPage(@Param("filter") BatchFilter filter, @Param("rows") int rows);

  /** Empty if the batch is in none of the states. */
  Optional<StateChange> pause(
      @Param("id") long id, @Param("from") Set<String> from, @Param("reason") String reason);

  /** Empty if the batch is in none of the states. */
  Optional<StateChange> resume(@Param("id") long id, @Param("from") Set<String> from);

  /** Empty if the batch is in none of the states. */
  Optional<StateChange> trigger(@Param("id") long id, @Param("from") Set<String> from);

  /** Empty if the batch is in none of the states. */
  Optional<StateChange> cancel(
      @Param("id") long id, @Param("from") Set<String> from, @Param("reason") String reason);

  /** A batch's state before and after an update. */
  record StateChange(String from, String to) {}
}
