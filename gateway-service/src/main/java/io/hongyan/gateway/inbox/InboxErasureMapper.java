package io.hongyan.gateway.inbox;

import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;

/** SQL that erases a person from the inbox; what deletes returns how many rows went. */
@Mapper
interface InboxErasureMapper {

  /** Waits for those who write into inboxes, and lets nobody begin until the transaction ends. */
  void lockWritersOut();

  int deleteUser(@Param("uid") String uid);

  int deleteCopies(@Param("uid") String uid);

  int deleteMessages(@Param("uid") String uid);

  /** The versions of segments that the person is in, of those that are used. */
  List<Long> findMemberships(@Param("uid") String uid);

  /** Locks the segments that have one of these versions now, in the order of their keys. */
  List<String> lockSegments(@Param("versions") Long[] versions);

  /** Takes the person out of these versions; the counts follow. */
  int deleteMemberships(@Param("uid") String uid, @Param("versions") Long[] versions);

  /** Remembers by a hash that the person was erased. */
  void remember(@Param("uid") String uid);

  /** Forgets who was erased before that. */
  int forget(@Param("before") Instant before);
}
