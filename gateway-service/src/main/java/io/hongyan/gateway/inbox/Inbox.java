package io.hongyan.gateway.inbox;

import io.hongyan.gateway.inbox.InboxMapper.ConversationRow;
import io.hongyan.gateway.inbox.InboxMapper.MessageRow;
import io.hongyan.gateway.inbox.InboxMapper.Reading;
import io.hongyan.gateway.inbox.InboxMapper.UnreadRow;
import io.hongyan.gateway.web.ProblemException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * One person's inbox. Whatever is asked, the person's increments are brought in first, and what is
 * not written yet counts like what is: every gateway gives the same answer at once.
 */
@Component
class Inbox {

  private final InboxMapper mapper;
  private final UserSync sync;
  private final IncrementFinder finder;
  private final CopyWriter writer;
  private final TransactionOperations transactions;
  private final Clock clock;

  Inbox(
      InboxMapper mapper,
      UserSync sync,
      IncrementFinder finder,
      CopyWriter writer,
      TransactionOperations transactions,
      Clock clock) {
    this.mapper = mapper;
    this.sync = sync;
    this.finder = finder;
    this.writer = writer;
    this.transactions = transactions;
    this.clock = clock;
  }

  /**
   * Conversations by last change.
   *
   * @param accounts those that the caller may see; null for all
   */
  List<ConversationRow> conversations(
      String uid, @Nullable Set<String> accounts, PlaceCursor before, int rows) {
    return mapper.findConversations(open(uid, accounts), before.at(), before.text(), rows);
  }

  /** Messages of a conversation, newest first. */
  List<MessageRow> messages(String uid, String account, PlaceCursor before, int rows) {
    return mapper.findMessages(open(uid, Set.of(account)), before.at(), before.id(), rows);
  }

  /** Unread messages by conversation; those without are left out. */
  List<UnreadRow> unread(String uid, @Nullable Set<String> accounts) {
    return mapper.countUnread(open(uid, accounts));
  }

  private Reading open(String uid, @Nullable Set<String> accounts) {
    return new Reading(uid, sync.open(uid).ids(), accounts, now());
  }

  /**
   * Marks a conversation as read. May be repeated; answers 422 if the message is none of it.
   *
   * @param upTo the newest message that the person saw; null for all that is there now
   * @return how many were unread
   */
  int markRead(String uid, String account, @Nullable InboxId upTo) {
    Increments lacking = finder.find(uid);
    Integer marked =
        transactions.execute(
            transaction -> {
              // What is not there cannot be marked; it also locks the person's row, so that two who
              // mark go one after the other.
              writer.writeNow(lacking);
              Reading written = new Reading(uid, new Long[0], Set.of(account), now());
              if (upTo == null) {
                return mapper.markRead(written, written.now(), Long.MAX_VALUE);
              }
              Instant at =
                  mapper
                      .findTime(written, upTo.value())
                      .orElseThrow(() -> unknownMessage(account, upTo));
              return mapper.markRead(written, at, upTo.value());
            });
    return marked == null ? 0 : marked;
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private static ProblemException unknownMessage(String account, InboxId id) {
    return ProblemException.invalid(
        "upTo: the person has no message '%s' in the conversation '%s'".formatted(id, account));
  }
}
