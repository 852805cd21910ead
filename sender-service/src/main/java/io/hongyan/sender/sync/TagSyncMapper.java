package io.hongyan.sender.sync;

import java.util.List;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.jspecify.annotations.Nullable;

/** An account's tags and who has them; whoever writes holds the claim of the account's sync. */
@Mapper
interface TagSyncMapper {

  /** The ids of the account's tags as last listed. */
  List<Integer> findTagIds(@Param("account") String account);

  /** The tag as last listed; null if it is not. */
  @Nullable TagRow findTag(@Param("account") String account, @Param("tagId") int tagId);

  /** Notes how many a run saw with the tag that are too few to believe; null = none are. */
  void setTagDoubted(
      @Param("account") String account,
      @Param("tagId") int tagId,
      @Param("doubted") @Nullable Integer doubted);

  /** The tag after that one; null if it is the last. */
  @Nullable Integer nextTag(@Param("account") String account, @Param("after") int after);

  /** Deletes the tags that are not among these. */
  void deleteOtherTags(@Param("account") String account, @Param("ids") int[] ids);

  /** Lists these tags. */
  void upsertTags(
      @Param("account") String account,
      @Param("ids") int[] ids,
      @Param("names") String[] names,
      @Param("followers") int[] followers);

  /** Notes these as having the tag; openids ascending, each once. */
  void upsertTagged(
      @Param("account") String account,
      @Param("tagId") int tagId,
      @Param("run") long run,
      @Param("openids") String[] openids);

  /** How many of the window the run saw with the tag, and how many it did not. */
  Counted countTagged(
      @Param("account") String account,
      @Param("tagId") int tagId,
      @Param("run") long run,
      @Param("after") String after,
      @Param("upTo") String upTo);

  /** The last of the next openids with the tag; null if there is none after that one. */
  @Nullable String taggedWindow(
      @Param("account") String account,
      @Param("tagId") int tagId,
      @Param("after") String after,
      @Param("limit") int limit);

  /** Takes the tag off those of the window that the run did not see with it. */
  int deleteTagged(
      @Param("account") String account,
      @Param("tagId") int tagId,
      @Param("run") long run,
      @Param("after") String after,
      @Param("upTo") String upTo);

  /**
   * A tag.
   *
   * @param followers how many have it, as WeChat counts
   * @param doubted how many the last run saw with it, if they were too few to believe
   */
  record TagRow(Integer followers, @Nullable Integer doubted) {}
}
