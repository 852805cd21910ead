package io.hongyan.gateway.release;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.Lane;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Moves the release cursors of batches: reserves what is published next and notes what was
 * confirmed. Each call is one short transaction. Used by {@link Releaser}; thread-safe.
 */
@Component
class ReleaseCursor {

  private final ReleaseMapper mapper;
  private final TransactionTemplate transaction;
  private final ReleaseRules rules;
  private final ReleaseProperties properties;

  ReleaseCursor(
      ReleaseMapper mapper,
      TransactionTemplate transaction,
      ReleaseRules rules,
      ReleaseProperties properties) {
    this.mapper = mapper;
    this.transaction = transaction;
    this.rules = rules;
    this.properties = properties;
  }

  /**
   * Accounts that have something for the owner to release, the one with the oldest batch first; in
   * the normal lane without those in their quiet hours.
   */
  List<String> accountsToRelease(Lane lane, String owner) {
    return mapper.accountsToRelease(lane.priority(), owner).stream()
        .filter(account -> lane == Lane.URGENT || !rules.isQuiet(account))
        .toList();
  }

  /**
   * Reserves the next chunk of the account's lane, oldest batch first, for the owner; empty if the
   * window is full, a rate is used up, others hold the leases or nothing is left.
   */
  List<ReservedRange> reserve(String account, Lane lane, String owner) {
    List<ReservedRange> ranges =
        transaction.execute(
            status -> {
              mapper.lockLane(account, lane.priority());
              return mapper
                  .windowUse(account, lane.priority(), owner)
                  .map(use -> reserve(account, lane, owner, use))
                  .orElse(List.of());
            });
    return ranges.stream().sorted(Comparator.comparingLong(ReservedRange::id)).toList();
  }

  private List<ReservedRange> reserve(String account, Lane lane, String owner, WindowUse use) {
    long window =
        Optional.ofNullable(use.ratePerSecond())
            .map(rate -> Math.min(properties.window(), (long) (rate * windowSeconds())))
            .orElse((long) properties.window());
    long room = Math.max(1, window) - use.outstanding();
    if (room <= 0) {
      return List.of();
    }
    // A slow account frees its window one message at a time; a commit pair for each would be waste.
    long minimum = Math.min(properties.chunk(), (window + 3) / 4);
    return mapper.reserve(
        account,
        lane.priority(),
        owner,
        Math.min(room, properties.chunk()),
        room,
        minimum,
        windowSeconds(),
        seconds(properties.busyPoll()),
        seconds(properties.lease()));
  }

  /** The recipients of the account's ranges, in their order, without erased people. */
  List<RecipientRow> recipients(String account, List<ReservedRange> ranges) {
    return mapper.recipients(account, ids(ranges), firsts(ranges), lasts(ranges));
  }

  /**
   * Notes that the ranges were confirmed by the broker. Batches that were paused, cancelled or
   * taken over in between are left out of the answer and do not move.
   */
  List<ReleasedCursor> complete(List<ReservedRange> ranges, String owner) {
    return mapper.complete(
        owner, ids(ranges), firsts(ranges), lasts(ranges), seconds(properties.lease()));
  }

  /** Lets others go on with these batches at once. */
  void giveBack(List<Long> ids, String owner) {
    mapper.giveBack(owner, ids.toArray(Long[]::new));
  }

  /** Stops a batch that cannot be released, for a person to look at. */
  void pause(long id, String owner, String reason) {
    mapper.pause(owner, id, new BatchId(id).toString(), reason);
  }

  private double windowSeconds() {
    return seconds(properties.windowTime());
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  private static Long[] ids(List<ReservedRange> ranges) {
    return ranges.stream().map(ReservedRange::id).toArray(Long[]::new);
  }

  private static Integer[] firsts(List<ReservedRange> ranges) {
    return ranges.stream().map(ReservedRange::firstSeq).toArray(Integer[]::new);
  }

  private static Integer[] lasts(List<ReservedRange> ranges) {
    return ranges.stream().map(ReservedRange::lastSeq).toArray(Integer[]::new);
  }
}
