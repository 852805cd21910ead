package io.hongyan.simulator.message;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fills one page from located messages. Unpacks each block once as long as they come in order. Used
 * by one thread.
 */
final class MessageScan {

  private final MessageQuery query;
  private final long msgidBase;
  private final List<AcceptedMessage> found = new ArrayList<>();
  private @Nullable Block block;
  private RecordReader reader = new RecordReader(new byte[0]);
  private int nextInBlock;

  MessageScan(MessageQuery query, long msgidBase) {
    this.query = query;
    this.msgidBase = msgidBase;
  }

  /** One more than the page holds has been found: it shows that there is a next page. */
  boolean isComplete() {
    return found.size() > query.limit();
  }

  void visit(Located located) {
    if (isComplete()) {
      return;
    }
    moveTo(located);
    AcceptedMessage message = read(located);
    if (query.matches(message)) {
      found.add(message);
    }
  }

  MessagePage page() {
    if (!isComplete()) {
      return new MessagePage(List.copyOf(found), null);
    }
    List<AcceptedMessage> messages = List.copyOf(found.subList(0, query.limit()));
    return new MessagePage(messages, messages.getLast().position());
  }

  @SuppressWarnings("ReferenceEquality") // the very block that is unpacked; comparing bytes is dear
  private void moveTo(Located located) {
    int wanted = located.index() % MessageStore.RECORDS_PER_BLOCK;
    if (located.block() != block || wanted < nextInBlock) {
      block = located.block();
      reader = new RecordReader(located.block().unpacked());
      nextInBlock = 0;
    }
    while (nextInBlock < wanted) {
      reader.skipText();
      reader.number();
      reader.skipText();
      reader.number();
      reader.skipText();
      nextInBlock++;
    }
  }

  private AcceptedMessage read(Located located) {
    nextInBlock++;
    String clientMsgId = reader.text();
    String appid = located.names().name(reader.number());
    String openid = reader.text();
    String templateId = located.names().name(reader.number());
    return new AcceptedMessage(
        located.index() + 1L,
        clientMsgId.isEmpty() ? null : clientMsgId,
        appid,
        openid,
        templateId,
        msgidBase + located.index(),
        Instant.ofEpochMilli(located.atMillis()),
        reader.text());
  }
}
