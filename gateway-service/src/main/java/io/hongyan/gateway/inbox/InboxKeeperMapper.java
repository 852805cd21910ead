package io.hongyan.gateway.inbox;

import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;

/** SQL for what is old in the inbox. */
@Mapper
interface InboxKeeperMapper {

  /** Announcements that ended or were withdrawn before. */
  List<Long> findOver(@Param("before") Instant before);

  /** Deletes everybody's copies of them; how many there were. */
  int deleteCopies(@Param("partition") String partition, @Param("ids") Long[] ids);

  /** Deletes messages that were left in inboxes before; how many there were. */
  int deleteMessages(@Param("partition") String partition, @Param("before") Instant before);

  /** Deletes the members of segments' versions that only these announcements were for. */
  void deleteMembers(@Param("ids") Long[] ids);

  void deleteAnnouncements(@Param("ids") Long[] ids);
}
