package io.hongyan.gateway.inbox;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;

/** SQL for segments; their members come in by COPY, see {@link Segments}. */
@Mapper
interface SegmentMapper {

  Optional<Segment> find(@Param("account") String account, @Param("id") String id);

  /** Segments of an account after the cursor, by id. */
  List<Segment> findPage(
      @Param("account") String account, @Param("cursor") String cursor, @Param("rows") int rows);

  /** Lets nobody else upload the segment until the transaction ends. */
  void lock(@Param("account") String account, @Param("id") String id);

  /** Makes the temporary table that members are copied to; it is gone when the transaction ends. */
  void createUpload();

  /** Takes each uid of the upload once; how many there were. */
  int takeUpload(@Param("version") long version);

  /** Makes a version the segment's; whether the segment is new. */
  boolean put(
      @Param("account") String account,
      @Param("id") String id,
      @Param("version") long version,
      @Param("members") int members,
      @Param("now") Instant now);

  /**
   * Deletes the members of versions before that nobody can lack an announcement of any more.
   *
   * @param endedBefore when an announcement must have ended for that
   */
  int deleteOldMembers(
      @Param("account") String account,
      @Param("id") String id,
      @Param("before") long before,
      @Param("endedBefore") Instant endedBefore);

  /**
   * A segment.
   *
   * @param members how many uids it has
   */
  record Segment(
      String id, String account, long version, int members, Instant createdAt, Instant updatedAt) {}
}
