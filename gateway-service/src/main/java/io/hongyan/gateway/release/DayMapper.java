package io.hongyan.gateway.release;

import java.time.LocalDate;
import java.util.List;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;

/** Counts a person's messages of a day, for {@link Addressable}. */
@Mapper
interface DayMapper {

  /** Keeps other claims of the account out until the transaction ends. */
  void lock(@Param("account") String account);

  /**
   * Claims a place among the person's messages of the day for each message, in their order, as long
   * as there is one. Returns the messages that have a place, now or from an earlier release.
   */
  List<Claimed> claim(
      @Param("account") String account,
      @Param("day") LocalDate day,
      @Param("cap") int cap,
      @Param("openids") String[] openids,
      @Param("batches") Long[] batches,
      @Param("seqs") Integer[] seqs);

  /** A message that may be sent. */
  record Claimed(Long batchId, Integer seq) {}
}
