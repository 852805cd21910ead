package io.hongyan.gateway.release;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.Lane;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Releases the batches of one lane: in waves of chunks, account by account, each chunk reserved,
 * published, confirmed and noted. Run by one {@link Worker}, which owns it and its publisher.
 */
final class Releaser implements WorkStep {

  private static final Logger log = LoggerFactory.getLogger(Releaser.class);

  // Half a second of busy polls: a lane whose outcomes flow reserves more often than that.
  private static final int PATIENT_LOOKS = 10;

  private final Lane lane;
  private final String owner;
  private final ReleaseCursor cursor;
  private final Addressable addressable;
  private final ReleasedMessages messages = new ReleasedMessages();
  private final MessagePublisher publisher;
  private final Rotation rotation;
  private final ReleaseProperties properties;
  private int looksInVain;

  /**
   * @param owner name of this releaser, unlike any other's on any gateway
   * @param rotation shared by the lane's releasers of this gateway
   */
  Releaser(
      Lane lane,
      String owner,
      ReleaseCursor cursor,
      Addressable addressable,
      MessagePublisher publisher,
      Rotation rotation,
      ReleaseProperties properties) {
    this.lane = lane;
    this.owner = owner;
    this.cursor = cursor;
    this.addressable = addressable;
    this.publisher = publisher;
    this.rotation = rotation;
    this.properties = properties;
  }

  /**
   * Gives accounts their waves until none of them can release more now.
   *
   * @return how long to wait for the next look
   * @throws PublishFailedException if the broker is away; what was reserved is published again
   */
  @Override
  public Duration run(BooleanSupplier stopping) throws PublishFailedException {
    Set<String> done = new HashSet<>();
    boolean inProgress = false;
    looksInVain++;
    while (!stopping.getAsBoolean()) {
      List<String> accounts = cursor.accountsToRelease(lane, owner);
      inProgress |= !accounts.isEmpty();
      Optional<String> next =
          rotation.take(accounts.stream().filter(account -> !done.contains(account)).toList());
      if (next.isEmpty()) {
        break;
      }
      try {
        if (!releaseWave(next.get(), stopping)) {
          done.add(next.get());
        }
      } finally {
        rotation.done(next.get());
      }
    }
    return inProgress ? pause() : properties.idlePoll();
  }

  /**
   * The busy poll, doubled up to the idle one where look after look found windows full: an account
   * behind a gate stays so for hours.
   */
  private Duration pause() {
    Duration pause = properties.busyPoll();
    for (int look = PATIENT_LOOKS; look < looksInVain; look++) {
      pause = pause.multipliedBy(2);
      if (pause.compareTo(properties.idlePoll()) >= 0) {
        return properties.idlePoll();
      }
    }
    return pause;
  }

  @Override
  public void close() {
    publisher.close();
  }

  /** Releases some chunks of the account; whether there may be more for now. */
  private boolean releaseWave(String account, BooleanSupplier stopping)
      throws PublishFailedException {
    publisher.connect();
    Set<Long> leased = new HashSet<>();
    try {
      for (int chunk = 0; chunk < properties.waveChunks(); chunk++) {
        if (stopping.getAsBoolean() || !releaseChunk(account, leased)) {
          return false;
        }
      }
      return true;
    } finally {
      if (!leased.isEmpty()) {
        cursor.giveBack(List.copyOf(leased), owner);
      }
    }
  }

  private boolean releaseChunk(String account, Set<Long> leased) throws PublishFailedException {
    List<ReservedRange> ranges = cursor.reserve(account, lane, owner);
    if (ranges.isEmpty()) {
      return false;
    }
    looksInVain = 0;
    ranges.forEach(range -> leased.add(range.id()));
    try {
      List<RecipientRow> recipients = addressable.of(account, cursor.recipients(account, ranges));
      publisher.publish(account, lane, messages.of(ranges, recipients));
    } catch (UnreadableRecipientException e) {
      log.error("batch paused batch_id={} account={}", e.batchId(), account, e);
      cursor.pause(e.batchId().value(), owner, String.valueOf(e.getMessage()));
      return true;
    }
    for (ReleasedCursor batch : cursor.complete(ranges, owner)) {
      if (batch.state().equals("released")) {
        leased.remove(batch.id());
        log.info("batch released batch_id={} account={}", new BatchId(batch.id()), account);
      }
    }
    return true;
  }
}
