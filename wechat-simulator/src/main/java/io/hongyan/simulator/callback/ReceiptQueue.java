package io.hongyan.simulator.callback;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Receipts that wait until they are due, packed into some 70 bytes each. What is due in the same
 * {@value #SLOT_MILLIS} ms leaves in the order in which it came. Thread-safe.
 */
final class ReceiptQueue {

  static final int SLOT_MILLIS = 10;

  private static final int HEAD_BYTES = 4 * Long.BYTES + Integer.BYTES + 3;
  private static final int LONGEST_OPENID = 64;
  private static final int FIRST_BYTES = 4 * (HEAD_BYTES + 32);

  private final TreeMap<Long, Packed> bySlot = new TreeMap<>();
  private final long mostBytes;
  private long bytes;
  private int size;

  /**
   * @param mostBytes what may wait at once
   */
  ReceiptQueue(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** What became of a receipt that was to be added. */
  enum Added {
    /** It is the next that is due: whoever waits for another must look anew. */
    FIRST,
    /** Others are due before it, or together with it. */
    BEHIND,
    NO_ROOM
  }

  /** The receipts of one slot, one behind the other. */
  private static final class Packed {
    private byte[] content = new byte[FIRST_BYTES];
    private int end;
    private int start;
  }

  /**
   * Adds one.
   *
   * @param dueMillis by a clock that does not jump
   */
  synchronized Added add(Receipt receipt, long dueMillis) {
    byte[] openid = receipt.openid().getBytes(StandardCharsets.UTF_8);
    int length = HEAD_BYTES + openid.length;
    if (openid.length > LONGEST_OPENID || bytes + length > mostBytes) {
      return Added.NO_ROOM;
    }
    long slot = Math.floorDiv(dueMillis, SLOT_MILLIS);
    boolean first = bySlot.isEmpty() || slot < bySlot.firstKey();
    Packed packed = bySlot.computeIfAbsent(slot, unused -> new Packed());
    if (packed.end + length > packed.content.length) {
      packed.content =
          Arrays.copyOf(
              packed.content, Math.max(packed.content.length * 3 / 2, packed.end + length));
    }
    ByteBuffer.wrap(packed.content, packed.end, length)
        .putLong(receipt.number())
        .putLong(receipt.msgid())
        .putLong(receipt.finishedAt())
        .putLong(receipt.postedAt())
        .putInt(receipt.account())
        .put((byte) receipt.tries())
        .put(receipt.status().code())
        .put((byte) openid.length)
        .put(openid);
    packed.end += length;
    bytes += length;
    size++;
    return first ? Added.FIRST : Added.BEHIND;
  }

  /** Takes the one that has been due longest; null when none is. */
  synchronized @Nullable Receipt poll(long nowMillis) {
    Map.Entry<Long, Packed> oldest = bySlot.firstEntry();
    if (oldest == null || oldest.getKey() > Math.floorDiv(nowMillis, SLOT_MILLIS)) {
      return null;
    }
    Packed packed = oldest.getValue();
    ByteBuffer record = ByteBuffer.wrap(packed.content, packed.start, packed.end - packed.start);
    long number = record.getLong();
    long msgid = record.getLong();
    long finishedAt = record.getLong();
    long postedAt = record.getLong();
    int account = record.getInt();
    int tries = record.get();
    ReceiptStatus status = ReceiptStatus.of(record.get());
    byte[] openid = new byte[record.get()];
    record.get(openid);
    bytes -= record.position() - packed.start;
    size--;
    packed.start = record.position();
    if (packed.start == packed.end) {
      bySlot.remove(oldest.getKey());
    }
    return new Receipt(
        number,
        account,
        new String(openid, StandardCharsets.UTF_8),
        msgid,
        status,
        finishedAt,
        postedAt,
        tries);
  }

  /** When the next one is due; null when there is none. */
  synchronized @Nullable Long nextDueMillis() {
    return bySlot.isEmpty() ? null : bySlot.firstKey() * SLOT_MILLIS;
  }

  synchronized int size() {
    return size;
  }
}
