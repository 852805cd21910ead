package io.hongyan.gateway.wechat;

import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.jspecify.annotations.Nullable;

/** SQL for an account's followers and tags, which the sender's sync writes. */
@Mapper
interface FollowerMapper {

  /** Asks for a sync that begins after this moment; asking again moves the moment. */
  void request(@Param("account") String account);

  /** How far the sync of an account that exists is. */
  SyncState findState(@Param("account") String account);

  /** The account's tags after the cursor, by id. */
  List<Tag> findTags(
      @Param("account") String account, @Param("cursor") int cursor, @Param("rows") int rows);

  /**
   * A sync of followers, and what is known of them.
   *
   * @param requestedAt somebody wants a sync that begins after this; null = nobody
   * @param phase what the unfinished run is doing: {@code followers}, {@code unsubscribed} or
   *     {@code tags}; null = no run is unfinished
   * @param seen followers that the run has seen
   * @param total followers there are, as WeChat counts; null = not known yet
   * @param error why the run stands still; null = it does not
   * @param followersSyncedAt when a whole sync last ended; null = never
   * @param followers people known to follow
   * @param unsubscribed people known to have followed once
   */
  record SyncState(
      @Nullable Instant requestedAt,
      @Nullable String phase,
      Integer seen,
      @Nullable Integer total,
      @Nullable Instant startedAt,
      @Nullable Instant finishedAt,
      @Nullable String error,
      @Nullable Instant followersSyncedAt,
      Long followers,
      Long unsubscribed,
      Long tags) {}

  /**
   * A tag of WeChat's.
   *
   * @param followers how many have it, as WeChat counts
   */
  record Tag(Integer id, String name, Integer followers) {}
}
