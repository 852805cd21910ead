package io.hongyan.gateway.inbox;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.jspecify.annotations.Nullable;

/** SQL for announcements. */
@Mapper
interface AnnouncementMapper {

  /**
   * The latest list: at least one row, each with the same revision and last place.
   *
   * @param endedBefore what ended before is left out, as is what was withdrawn
   */
  List<LatestRow> findLatest(@Param("endedBefore") Instant endedBefore);

  Optional<Announcement> find(@Param("id") long id);

  /** The announcement, locked until the transaction ends. */
  Optional<Announcement> lock(@Param("id") long id);

  /**
   * Announcements below the cursor, newest first.
   *
   * @param accounts the account ids to look at; null for all
   */
  List<Announcement> findPage(
      @Param("accounts") @Nullable Set<String> accounts,
      @Param("cursor") long cursor,
      @Param("rows") int rows);

  /**
   * Lets nobody else draw a revision until the transaction ends, so that revisions are committed in
   * their order. A statement of its own: the one after it sees what was committed before.
   */
  void lockRevisions();

  /** Stores it at the next place; its revision. */
  long insert(@Param("it") Announcement it, @Param("segmentVersion") @Nullable Long segmentVersion);

  /** Stores content, times and version of one that is there; its new revision. */
  long update(@Param("it") Announcement it);

  /** The segment's version now, locked against a new upload until the transaction ends. */
  Optional<Long> lockSegmentVersion(
      @Param("account") String account, @Param("segment") String segment);

  /**
   * A row of the latest list; without an item where there is none.
   *
   * @param origin see {@link LatestList}
   */
  record LatestRow(
      String origin,
      long revision,
      long lastPlace,
      @Nullable Long id,
      @Nullable Long place,
      @Nullable Long segmentVersion,
      @Nullable Instant visibleUntil) {

    Optional<LatestList.Item> item() {
      return id == null || place == null
          ? Optional.empty()
          : Optional.of(new LatestList.Item(id, place, segmentVersion, visibleUntil));
    }
  }
}
