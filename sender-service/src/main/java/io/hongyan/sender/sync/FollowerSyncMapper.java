package io.hongyan.sender.sync;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a follower sync. What writes names the claim and the place from which it goes on: a
 * sender whose claim another took over changes nothing.
 */
@Mapper
interface FollowerSyncMapper {

  /**
   * Asks for a sync of every enabled account whose last one began before that moment; returns how
   * many.
   */
  int requestAll(@Param("due") OffsetDateTime due);

  /** The accounts with something to do that nobody is doing. */
  List<String> findDue(@Param("now") OffsetDateTime now);

  /** Takes the account's sync; empty if there is nothing to do or another was first. */
  Optional<SyncRow> claim(
      @Param("account") String account,
      @Param("claim") String claim,
      @Param("now") OffsetDateTime now,
      @Param("leaseUntil") OffsetDateTime leaseUntil);

  /**
   * Begins a new run, in the place of an unfinished one if there is any; empty if not ours.
   *
   * @param restarted whether it is the same run once more, from its first page
   */
  Optional<SyncRow> begin(
      @Param("account") String account,
      @Param("claim") String claim,
      @Param("restarted") boolean restarted);

  /** Keeps the claim; 0 if it is lost. */
  int renew(
      @Param("account") String account,
      @Param("claim") String claim,
      @Param("leaseUntil") OffsetDateTime leaseUntil);

  /**
   * Goes on to another place; 0 if the claim is lost.
   *
   * @param note something that went wrong and stays noted; null = nothing did
   */
  int move(
      @Param("claim") String claim,
      @Param("from") SyncRow from,
      @Param("to") SyncRow to,
      @Param("note") @Nullable String note,
      @Param("leaseUntil") OffsetDateTime leaseUntil);

  /** Ends the run, whole; 0 if the claim is lost. */
  int finish(
      @Param("claim") String claim,
      @Param("from") SyncRow from,
      @Param("note") @Nullable String note);

  /** Notes in the account that its followers are known. */
  void setSynced(@Param("account") String account);

  /**
   * Ends the run before its end; 0 if the claim is lost.
   *
   * @param doubted how many followers it saw, if it ended because they are too few to believe
   */
  int abandon(
      @Param("claim") String claim,
      @Param("from") SyncRow from,
      @Param("error") String error,
      @Param("doubted") @Nullable Integer doubted);

  /** Gives the claim back, nobody takes it before {@code until}; a failure is counted. */
  int fail(
      @Param("account") String account,
      @Param("claim") String claim,
      @Param("error") String error,
      @Param("until") OffsetDateTime until);

  /** Gives the claim back; anybody may go on at once. */
  int release(@Param("account") String account, @Param("claim") String claim);

  /**
   * Notes these followers as seen by the run; openids ascending, each once. Returns how many of
   * them it had not seen before.
   */
  int upsertFollowers(
      @Param("account") String account, @Param("run") long run, @Param("openids") String[] openids);

  /** The last of the next openids of the account; null if there is none after that one. */
  @Nullable String followerWindow(
      @Param("account") String account, @Param("after") String after, @Param("limit") int limit);

  /** How many of the window {@link #markUnsubscribed} would mark. */
  int countUnseen(
      @Param("from") SyncRow from, @Param("after") String after, @Param("upTo") String upTo);

  /** Marks those of the window that the run did not see; returns how many. */
  int markUnsubscribed(
      @Param("from") SyncRow from, @Param("after") String after, @Param("upTo") String upTo);

  /**
   * How far an account's sync is.
   *
   * @param phase {@code followers}, {@code unsubscribed} or {@code tags}; null = no run is
   *     unfinished
   * @param tagId the tag that is being read; null while none is
   * @param nextOpenid where the next page begins
   * @param seen different followers that the run was told of
   * @param total how many there are, as WeChat counts; null before the first page
   * @param failures failed steps in a row
   * @param restarted whether the run has begun anew because WeChat no longer knew its place
   * @param doubted followers that the run before was told of, if they were too few to believe
   * @param requested whether somebody wants a run that begins now or later
   */
  record SyncRow(
      String accountId,
      Long run,
      @Nullable String phase,
      @Nullable Integer tagId,
      String nextOpenid,
      Integer seen,
      @Nullable Integer total,
      Integer failures,
      Boolean restarted,
      @Nullable Integer doubted,
      Boolean requested) {

    /** The run is over. */
    SyncRow ended() {
      return at(null, null, "");
    }

    /** Where the run is after a step that went well. */
    SyncRow at(@Nullable String otherPhase, @Nullable Integer otherTag, String otherOpenid) {
      return new SyncRow(
          accountId,
          run,
          otherPhase,
          otherTag,
          otherOpenid,
          seen,
          total,
          0,
          restarted,
          doubted,
          requested);
    }

    SyncRow counted(int newSeen, int newTotal) {
      return new SyncRow(
          accountId,
          run,
          phase,
          tagId,
          nextOpenid,
          newSeen,
          newTotal,
          failures,
          restarted,
          doubted,
          requested);
    }
  }
}
