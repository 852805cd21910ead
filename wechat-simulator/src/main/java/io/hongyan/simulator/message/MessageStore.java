package io.hongyan.simulator.message;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.Deflater;

/**
 * The packed content of the accepted messages, in blocks of {@value #RECORDS_PER_BLOCK}. Written
 * under the log's lock; the blocks and names it gives out may be read by anyone.
 */
final class MessageStore {

  static final int RECORDS_PER_BLOCK = 256;

  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED);
  private final List<Block> full = new ArrayList<>();
  private final RecordBuffer open = new RecordBuffer();
  // A handful of appids and template ids, read by pages that are being put together meanwhile.
  private final List<String> names = new CopyOnWriteArrayList<>();
  private final Map<String, Integer> numberOfName = new HashMap<>();
  private int inOpen;

  void append(Submission submission) {
    // An absent id and an empty one are the same to WeChat.
    open.putText(submission.clientMsgId() == null ? "" : submission.clientMsgId());
    open.putNumber(numberOf(submission.appid()));
    open.putText(submission.openid());
    open.putNumber(numberOf(submission.templateId()));
    open.putText(submission.data());
    if (++inOpen == RECORDS_PER_BLOCK) {
      full.add(Block.packed(open.bytes(), open.length(), deflater));
      open.clear();
      inOpen = 0;
    }
  }

  /** The block that holds the message at this index. */
  Block blockOf(int index) {
    int block = index / RECORDS_PER_BLOCK;
    return block < full.size() ? full.get(block) : Block.plain(open.copy());
  }

  /** How many messages are in blocks that will not change any more. */
  int inFullBlocks() {
    return full.size() * RECORDS_PER_BLOCK;
  }

  /** An appid or template id by the number its records carry. */
  String name(int number) {
    return names.get(number);
  }

  void close() {
    deflater.end();
  }

  private int numberOf(String name) {
    return numberOfName.computeIfAbsent(
        name,
        added -> {
          names.add(added);
          return names.size() - 1;
        });
  }
}
