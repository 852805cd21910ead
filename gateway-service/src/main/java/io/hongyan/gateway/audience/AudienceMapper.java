package io.hongyan.gateway.audience;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.jspecify.annotations.Nullable;

/** SQL for audiences; {@code any} and {@code not} are ids of tags. */
@Mapper
interface AudienceMapper {

  /** Those of the tags that exist. */
  List<TagRow> findTags(@Param("account") String account, @Param("names") Set<String> names);

  /** When the account's followers were last synced as a whole; empty if never. */
  Optional<Instant> findSyncedAt(@Param("account") String account);

  long count(
      @Param("account") String account,
      @Param("all") boolean all,
      @Param("any") @Nullable Integer[] any,
      @Param("not") @Nullable Integer[] not);

  /** The first openids of the audience. */
  List<String> some(
      @Param("account") String account,
      @Param("all") boolean all,
      @Param("any") @Nullable Integer[] any,
      @Param("not") @Nullable Integer[] not,
      @Param("page") int page);

  /** Looks at the next {@code page} people and adds those who belong to the audience. */
  PageRow addRecipients(
      @Param("batch") long batch,
      @Param("account") String account,
      @Param("all") boolean all,
      @Param("any") @Nullable Integer[] any,
      @Param("not") @Nullable Integer[] not,
      @Param("after") String after,
      @Param("lastSeq") int lastSeq,
      @Param("data") String data,
      @Param("page") int page);

  /** WeChat's counter as last read; empty if it never was. */
  Optional<QuotaRow> findQuota(@Param("account") String account);

  /** Messages of the account's batches under way that have no outcome yet. */
  WaitingRow countWaiting(@Param("account") String account);

  /**
   * @param unresolved whether there is also an audience whose size is not known yet
   */
  record WaitingRow(Long messages, Boolean unresolved) {}

  record TagRow(Integer id, String name) {}

  /**
   * A page of an audience.
   *
   * @param looked people looked at
   * @param last the last of them; null if there was none
   * @param added recipients written
   */
  record PageRow(Integer looked, @Nullable String last, Integer added) {}

  record QuotaRow(Long dailyLimit, Long used, Long remain, Instant readAt) {}
}
