package io.hongyan.sender.inbound;

import io.hongyan.common.callback.InboundRecord;
import io.hongyan.sender.record.Keys;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Param;
import org.jspecify.annotations.Nullable;

/** The statements of {@link InboundTransaction}, in the order in which they are called. */
@Mapper
interface InboundMapper {

  /** Logs records, in the order of their keys; returns the ids of those that were not there. */
  List<Long> insertLog(@Param("rows") LogColumns rows);

  /**
   * Notes who follows and who does not, unless a later change of the person is known; persons in
   * ascending order, each once. Returns those whose row was written.
   */
  List<PersonRow> putFollowers(@Param("rows") ChangeColumns rows);

  /** Takes the persons' tags away. */
  void deleteTags(@Param("accounts") String[] accounts, @Param("openids") String[] openids);

  /** Whose row was written, and how. */
  record PersonRow(String accountId, String openid, Boolean subscribed) {}

  /**
   * Records as {@code unnest} takes them, a column an array; times are text, so that none loses a
   * digit.
   */
  record LogColumns(
      String[] receivedAt,
      long[] ids,
      String[] accounts,
      @Nullable String[] openids,
      @Nullable String[] types,
      @Nullable String[] events,
      @Nullable String[] eventKeys,
      @Nullable Long[] msgIds,
      String[] createdAt,
      @Nullable String[] bodies,
      @Nullable String[] handlers,
      @Nullable String[] replies,
      String[] results,
      int[] tookMillis,
      String[] gateways) {

    static LogColumns of(List<InboundRecord> records) {
      return new LogColumns(
          times(records, InboundRecord::receivedAt),
          records.stream().mapToLong(InboundRecord::id).toArray(),
          records.stream().map(InboundRecord::account).toArray(String[]::new),
          texts(records, InboundRecord::openid),
          texts(records, InboundRecord::type),
          texts(records, InboundRecord::event),
          texts(records, InboundRecord::eventKey),
          records.stream().map(InboundRecord::msgId).toArray(Long[]::new),
          times(records, InboundRecord::createdAt),
          texts(records, InboundRecord::body),
          texts(records, InboundRecord::handler),
          texts(records, InboundRecord::reply),
          records.stream().map(InboundRecord::result).toArray(String[]::new),
          records.stream().mapToInt(InboundRecord::tookMillis).toArray(),
          records.stream().map(InboundRecord::gateway).toArray(String[]::new));
    }

    private static String[] times(
        List<InboundRecord> records, Function<InboundRecord, Instant> time) {
      return records.stream().map(inbound -> time.apply(inbound).toString()).toArray(String[]::new);
    }

    private static @Nullable String[] texts(
        List<InboundRecord> records, Function<InboundRecord, @Nullable String> text) {
      return records.stream()
          .map(inbound -> Keys.storable(text.apply(inbound)))
          .toArray(String[]::new);
    }
  }

  /** Changes as {@code unnest} takes them, a column an array. */
  record ChangeColumns(String[] accounts, String[] openids, Boolean[] subscribed, String[] times) {

    static ChangeColumns of(List<FollowChange> changes) {
      return new ChangeColumns(
          changes.stream().map(change -> change.person().account()).toArray(String[]::new),
          changes.stream()
              .map(change -> Keys.storable(change.person().openid()))
              .toArray(String[]::new),
          changes.stream().map(FollowChange::subscribed).toArray(Boolean[]::new),
          changes.stream().map(change -> change.at().toString()).toArray(String[]::new));
    }
  }
}
