package io.hongyan.simulator.message;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The messages accepted since the last reset, numbered from 0, with the indexes that find them and
 * their counts. Guarded by {@link MessageLog}.
 */
final class Ledger {

  /** In {@link #latestOfId}: the id has come in, but no message with it was accepted. */
  private static final int ONLY_ASKED = Integer.MAX_VALUE;

  private static final int NONE = HashIndex.ABSENT;

  private final MessageStore store = new MessageStore();
  private final LongColumn acceptedAtMillis = new LongColumn();

  /** Upper half: the message before with the same client_msg_id; lower half: the same openid. */
  private final LongColumn previous = new LongColumn();

  private final HashIndex latestOfSend = new HashIndex();
  private final HashIndex latestOfId = new HashIndex();
  private final HashIndex latestOfOpenid = new HashIndex();
  private long distinct;
  private long repeated;
  private long suppressed;

  int size() {
    return acceptedAtMillis.size();
  }

  void noteAsked(String clientMsgId) {
    long key = Fingerprint.of(clientMsgId);
    if (latestOfId.get(key) == NONE) {
      latestOfId.put(key, ONLY_ASKED);
    }
  }

  /**
   * The message this one would repeat, or a negative number when there is none inside the window; a
   * repeat is counted.
   */
  int suppress(Submission submission, long nowMillis, Duration window) {
    if (submission.clientMsgId() == null) {
      return NONE;
    }
    int earlier = latestOfSend.get(sendKey(submission, submission.clientMsgId()));
    if (earlier == NONE || nowMillis - acceptedAtMillis.get(earlier) >= window.toMillis()) {
      return NONE;
    }
    suppressed++;
    return earlier;
  }

  /** Returns the new message's number. */
  int append(Submission submission, long nowMillis) {
    int index = size();
    String clientMsgId = submission.clientMsgId();
    int sameId = clientMsgId == null ? NONE : enterId(submission, clientMsgId, index);
    int sameOpenid = latestOfOpenid.put(Fingerprint.of(submission.openid()), index);
    previous.add(((long) sameId << Integer.SIZE) | (sameOpenid & 0xFFFFFFFFL));
    acceptedAtMillis.add(nowMillis);
    store.append(submission);
    return index;
  }

  private int enterId(Submission submission, String clientMsgId, int index) {
    latestOfSend.put(sendKey(submission, clientMsgId), index);
    int before = latestOfId.put(Fingerprint.of(clientMsgId), index);
    if (before == NONE || before == ONLY_ASKED) {
      distinct++;
      return NONE;
    }
    if (previousOfId(before) == NONE) {
      repeated++;
    }
    return before;
  }

  MessageCounts counts() {
    return new MessageCounts(latestOfId.size(), size(), distinct, repeated, suppressed);
  }

  /** The next candidates from this number on, oldest first; empty when there are no more. */
  List<Located> locate(MessageQuery query, int from) {
    int atMost = query.limit() + 1;
    int[] indexes;
    if (query.clientMsgId() != null) {
      indexes = chain(latestOfId.get(Fingerprint.of(query.clientMsgId())), true, from, atMost);
    } else if (query.openid() != null) {
      indexes = chain(latestOfOpenid.get(Fingerprint.of(query.openid())), false, from, atMost);
    } else {
      indexes = IntStream.range(from, (int) Math.min(size(), (long) from + atMost)).toArray();
    }
    return locate(indexes);
  }

  private List<Located> locate(int[] indexes) {
    List<Located> located = new ArrayList<>(indexes.length);
    @Nullable Block open = null;
    for (int index : indexes) {
      Block block;
      if (index < store.inFullBlocks()) {
        block = store.blockOf(index);
      } else {
        open = open == null ? store.blockOf(index) : open;
        block = open;
      }
      located.add(new Located(index, acceptedAtMillis.get(index), block, store));
    }
    return located;
  }

  /** Follows the links from the newest message back to {@code from} and turns them round. */
  private int[] chain(int newest, boolean ofId, int from, int atMost) {
    int[] found = new int[16];
    int count = 0;
    int index = newest == ONLY_ASKED ? NONE : newest;
    while (index != NONE && index >= from) {
      if (count == found.length) {
        found = Arrays.copyOf(found, count * 2);
      }
      found[count++] = index;
      index = ofId ? previousOfId(index) : (int) previous.get(index);
    }
    int[] oldestFirst = new int[Math.min(count, atMost)];
    for (int i = 0; i < oldestFirst.length; i++) {
      oldestFirst[i] = found[count - 1 - i];
    }
    return oldestFirst;
  }

  private int previousOfId(int index) {
    return (int) (previous.get(index) >> Integer.SIZE);
  }

  private static long sendKey(Submission submission, String clientMsgId) {
    return Fingerprint.of(submission.appid(), submission.openid(), clientMsgId);
  }

  void close() {
    store.close();
  }
}
