package io.hongyan.gateway.webhook;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.jspecify.annotations.Nullable;

/** SQL for webhooks as their holders see and change them. */
@Mapper
interface WebhookMapper {

  Optional<WebhookRow> find(@Param("key") String key);

  /** Whether the key was revoked; false for one that has no row, as the first admin key. */
  boolean isRevoked(@Param("key") String key);

  /**
   * Stores it; true if it is new. One that is there keeps its secret, and with another URL begins
   * without failures.
   */
  boolean put(
      @Param("key") String key,
      @Param("url") String url,
      @Param("events") String[] events,
      @Param("secret") byte[] secret);

  /** 0 if there is none. */
  int updateSecret(@Param("key") String key, @Param("secret") byte[] secret);

  /** 0 if it is not switched off. */
  int enable(@Param("key") String key);

  /** 0 if there is none. */
  int delete(@Param("key") String key);

  /** Deliveries before the cursor, newest first. */
  List<DeliveryView.Row> findDeliveries(
      @Param("key") String key,
      @Param("state") @Nullable String state,
      @Param("cursor") long cursor,
      @Param("rows") int rows);

  /** Which of the ids are the key's. */
  List<Long> findIds(@Param("key") String key, @Param("ids") Long[] ids);

  /** The newest delivery's id; 0 if there is none. */
  long findLastId(@Param("key") String key);

  /**
   * Makes those that were delivered or have failed due again, and those due now that wait for their
   * next try; returns how many.
   */
  int replay(@Param("key") String key, @Param("ids") Long[] ids, @Param("now") Instant now);

  /**
   * Makes those due again that were delivered or have failed, a portion of those made since, in the
   * order of their ids; null if there are no more.
   *
   * @param after ids above
   * @param last up to this id
   */
  @Nullable Portion replaySince(
      @Param("key") String key,
      @Param("since") Instant since,
      @Param("events") String[] events,
      @Param("after") long after,
      @Param("last") long last,
      @Param("rows") int rows,
      @Param("now") Instant now);

  /**
   * A portion of rows that was changed.
   *
   * @param last the highest id in it
   */
  record Portion(Integer rows, Long last) {}
}
