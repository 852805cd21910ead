package io.hongyan.sender.record;

import java.time.OffsetDateTime;
import java.util.List;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Options;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;

/** SQL of {@link DayPartitions}. */
@Mapper
interface DayMapper {

  /** Makes the day's partitions; does nothing for those that exist. Returns nothing of use. */
  @Select("select hongyan_create_day(#{at})::text")
  @Options(flushCache = Options.FlushCachePolicy.TRUE)
  List<String> create(@Param("at") OffsetDateTime at);
}
