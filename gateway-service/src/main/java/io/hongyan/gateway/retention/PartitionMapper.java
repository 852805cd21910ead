package io.hongyan.gateway.retention;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;

/** SQL for the monthly partitions. */
@Mapper
interface PartitionMapper {

  /** Makes the month's partitions of every table; does nothing for those that exist. */
  void create(@Param("month") Instant month);

  /** Months that have a partition of {@code batch}, as {@code YYYY_MM}, oldest first. */
  List<String> findMonths();

  /**
   * Days that have a partition of the table, as {@code YYYY_MM_DD}, oldest first.
   *
   * @param parent a table that {@code hongyan_create_day} makes partitions of
   */
  List<String> findDays(@Param("parent") String parent);

  /**
   * Whether a batch of the partition may still need its rows.
   *
   * @param partition a name made by {@code hongyan_create_partitions}, never a caller's text
   */
  boolean hasUnfinished(@Param("partition") String partition);

  /** Lets the next statement of the transaction give up rather than queue behind a long one. */
  void limitLockWait();

  /**
   * Drops a partition, if it is there.
   *
   * @param partition a name made by {@code hongyan_create_partitions} or {@code
   *     hongyan_create_day}, never a caller's text
   */
  void drop(@Param("partition") String partition);

  /** Returns how many. */
  int deleteDeadLetters(@Param("before") Instant before);

  /**
   * Deletes what jobs noted of runs that began before, but for each job's last, which keeps it from
   * being run again; returns how many.
   */
  int deleteSchedulerLog(@Param("before") Instant before);

  /** Deletes rows that were noted for the daily cap on days before; returns how many. */
  int deletePersonDays(@Param("before") LocalDate before, @Param("rows") int rows);

  /** Deletes deliveries that were made before and do not wait any more; returns how many. */
  int deleteWebhookDeliveries(@Param("before") Instant before, @Param("rows") int rows);
}
