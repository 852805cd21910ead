package io.hongyan.sender.sync;

import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.sync.FollowerSyncMapper.SyncRow;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One sender's work on an account's sync, under a claim of its own that each step renews. What
 * cannot be done any more because another sender took over throws {@link ClaimLostException}. Used
 * by one thread.
 */
final class SyncRun {

  /** Rows looked at in one transaction; as many as a page has. */
  static final int WINDOW = 10_000;

  private final FollowerSyncMapper mapper;
  private final SenderAccount account;
  private final String claim = UUID.randomUUID().toString();
  private final Clock clock;
  private final Duration lease;
  private final Instant begun;
  private int unsubscribed;

  SyncRun(FollowerSyncMapper mapper, SenderAccount account, Clock clock, Duration lease) {
    this.mapper = mapper;
    this.account = account;
    this.clock = clock;
    this.lease = lease;
    this.begun = clock.instant();
  }

  SenderAccount account() {
    return account;
  }

  String id() {
    return account.id();
  }

  /** When this sender took it, not when the first one did. */
  Instant begun() {
    return begun;
  }

  /** How many this sender marked as unsubscribed. */
  int unsubscribed() {
    return unsubscribed;
  }

  void addUnsubscribed(int more) {
    unsubscribed += more;
  }

  /** Takes the account's sync; empty if there is nothing to do or another was first. */
  Optional<SyncRow> claim() {
    return mapper.claim(id(), claim, atUtc(clock.instant()), leaseUntil());
  }

  /** Begins from the first page, as a new run or, {@code restarted}, as the same once more. */
  SyncRow begin(boolean restarted) {
    return mapper.begin(id(), claim, restarted).orElseThrow(() -> new ClaimLostException(id()));
  }

  void renew() {
    held(mapper.renew(id(), claim, leaseUntil()));
  }

  /**
   * Goes on to another place.
   *
   * @param note something that went wrong and stays noted; null = nothing did
   */
  void move(SyncRow from, SyncRow to, @Nullable String note) {
    held(mapper.move(claim, from, to, note, leaseUntil()));
  }

  /** Ends the run, whole; {@code note} as for {@link #move}. Called in a transaction. */
  void finish(SyncRow row, @Nullable String note) {
    held(mapper.finish(claim, row, note));
    mapper.setSynced(id());
  }

  /**
   * Ends the run before its end.
   *
   * @param doubted how many followers it saw, if it ended because they are too few to believe
   */
  void abandon(SyncRow row, String cause, @Nullable Integer doubted) {
    held(mapper.abandon(claim, row, cause, doubted));
  }

  /** Gives the claim back, if it still holds; nobody takes it before {@code until}. */
  void fail(String error, Instant until) {
    mapper.fail(id(), claim, error, atUtc(until));
  }

  /** Gives the claim back, if it still holds; anybody may go on at once. */
  void release() {
    mapper.release(id(), claim);
  }

  private void held(int changed) {
    if (changed == 0) {
      throw new ClaimLostException(id());
    }
  }

  private OffsetDateTime leaseUntil() {
    return atUtc(clock.instant().plus(lease));
  }

  private static OffsetDateTime atUtc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
