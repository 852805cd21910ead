package io.hongyan.gateway.inbox;

import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;

/** SQL that erases a person from the inbox; each returns how many rows went. */
@Mapper
interface InboxErasureMapper {

  int deleteUser(@Param("uid") String uid);

  int deleteCopies(@Param("uid") String uid);

  int deleteMessages(@Param("uid") String uid);

  /** Takes the person out of every version of a segment that is used; the counts follow. */
  int deleteMemberships(@Param("uid") String uid);
}
