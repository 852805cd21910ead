package io.hongyan.gateway.batch;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.jspecify.annotations.Nullable;

/** SQL for looking at batches and changing their state. */
@Mapper
interface BatchMapper {

  Optional<BatchRow> find(@Param("id") long id);

  /**
   * Batches before the cursor, newest first.
   *
   * @param accounts the account ids to look at; null for all
   * @param state null for all
   */
  List<BatchRow> findPage(
      @Param("accounts") @Nullable Set<String> accounts,
      @Param("state") @Nullable String state,
      @Param("cursor") long cursor,
      @Param("rows") int rows);

  /** The new state; empty if the batch is in none of the states. */
  Optional<String> pause(
      @Param("id") long id, @Param("from") Set<String> from, @Param("reason") String reason);

  /** The new state; empty if the batch is in none of the states. */
  Optional<String> resume(@Param("id") long id, @Param("from") Set<String> from);

  /** The new state; empty if the batch is in none of the states. */
  Optional<String> trigger(@Param("id") long id, @Param("from") Set<String> from);

  /** The new state; empty if the batch is in none of the states. */
  Optional<String> cancel(
      @Param("id") long id, @Param("from") Set<String> from, @Param("reason") String reason);
}
