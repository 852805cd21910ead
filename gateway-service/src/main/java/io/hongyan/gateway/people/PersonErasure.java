package io.hongyan.gateway.people;

import io.hongyan.common.message.ConfigEvent;
import io.hongyan.common.message.PushMessage;
import io.hongyan.gateway.audit.AuditLog;
import io.hongyan.gateway.config.ConfigEvents;
import io.hongyan.gateway.people.ErasureMapper.AnswerRow;
import io.hongyan.gateway.people.ErasureMapper.DeadLetterRow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Erases a person of an account: ends the messages that were never sent, and overwrites openid and
 * content wherever they are stored. Counts stay true. All of it may be repeated.
 */
@Component
class PersonErasure {

  private static final Logger log = LoggerFactory.getLogger(PersonErasure.class);
  // Names the recorder in send_failed.worker, where senders put their own names.
  static final String WORKER = "gateway-erasure";

  private final ErasureMapper mapper;
  private final TransactionOperations transactions;
  private final AuditLog audit;
  private final StoredAnswer answers;
  private final ErasureSweep sweep;
  private final ConfigEvents events;

  PersonErasure(
      ErasureMapper mapper,
      TransactionOperations transactions,
      AuditLog audit,
      StoredAnswer answers,
      ErasureSweep sweep,
      ConfigEvents events) {
    this.mapper = mapper;
    this.transactions = transactions;
    this.audit = audit;
    this.answers = answers;
    this.sweep = sweep;
    this.events = events;
  }

  /**
   * Erases the person in one transaction, audit row included; only that it was asked for is
   * remembered also if it fails.
   */
  Erasure erase(String actor, String account, String openid) {
    // Committed first: what is stored while this is under way must not bring the person back.
    mapper.remember(account, openid);
    Erasure done =
        transactions.execute(
            transaction -> {
              Erasure counts = eraseAll(account, openid);
              audit.record(
                  actor,
                  "person.erase",
                  "person/%s/%s".formatted(account, AuditLog.pseudonym(openid)),
                  counts.detail());
              return counts;
            });
    if (done == null) {
      throw new IllegalStateException("a transaction gave no result");
    }
    if (done.testers() > 0) {
      events.publish(new ConfigEvent(ConfigEvent.Kind.ACCOUNT, account));
    }
    log.info("person erased account={} messages={}", account, done.messages());
    return done;
  }

  private Erasure eraseAll(String account, String openid) {
    // What needs no lock on a batch comes first, so that senders wait for as little as possible.
    int rejections = mapper.eraseRejections(account, openid, PushMessage.ERASED_OPENID);
    int stored = eraseAnswers(account, openid);
    int deadLetters = eraseDeadLetters(account, openid);
    int callbacks = mapper.deleteCallbacks(account, openid);
    // Senders look at receipts before they lock a batch, too.
    int receipts = mapper.eraseReceipts(account, openid, PushMessage.ERASED_OPENID);
    // The follower first, as senders do that record an unfollow.
    int followers = mapper.deleteFollower(account, openid);
    mapper.deleteFollowerTags(account, openid);
    int personDays = mapper.deletePersonDays(account, openid);
    int testers = mapper.deleteTesters(account, openid);
    Messages messages = eraseMessages(account, openid);
    // As of the end: what came until now was for the person who is gone.
    mapper.remember(account, openid);
    return new Erasure(
        messages.all(),
        messages.cancelled(),
        messages.inFlight(),
        rejections,
        stored,
        deadLetters,
        callbacks,
        receipts,
        followers,
        personDays,
        testers);
  }

  private Messages eraseMessages(String account, String openid) {
    mapper.lockRetriesOut(account);
    List<Long> batches = mapper.findBatches(account, openid);
    if (batches.isEmpty()) {
      return new Messages(0, 0, 0);
    }
    mapper.lockProgress(batches);
    mapper.lockStarts(batches, openid, WORKER);
    int cancelled = mapper.cancelOpenMessages(batches, openid, PushMessage.ERASED_OPENID, WORKER);
    List<Long> inFlight = mapper.findInFlight(batches, openid);
    mapper.eraseSuccesses(batches, openid, PushMessage.ERASED_OPENID);
    mapper.eraseFailures(batches, openid, PushMessage.ERASED_OPENID);
    mapper.eraseAttempts(batches, openid, PushMessage.ERASED_OPENID);
    int all = mapper.eraseRecipients(batches, openid, PushMessage.ERASED_OPENID);
    sweep.watch(inFlight);
    return new Messages(all, cancelled, inFlight.size());
  }

  private record Messages(int all, int cancelled, int inFlight) {}

  private int eraseAnswers(String account, String openid) {
    int changed = 0;
    for (AnswerRow row : mapper.findAnswers(account, openid)) {
      changed +=
          mapper.updateAnswer(
              row.apiKeyId(),
              row.key(),
              answers.without(row.response(), openid, PushMessage.ERASED_OPENID));
    }
    return changed;
  }

  private int eraseDeadLetters(String account, String openid) {
    byte[] word = openid.getBytes(StandardCharsets.US_ASCII);
    int emptied = 0;
    for (DeadLetterRow row : mapper.findDeadLetters(account, openid)) {
      if (WholeWord.occursIn(row.body(), word)) {
        emptied += mapper.emptyDeadLetter(row.id());
      }
    }
    return emptied;
  }

  /**
   * What was erased.
   *
   * @param messages messages whose content was overwritten
   * @param cancelled those among them that were ended before they were sent
   * @param inFlight those among them that may be at WeChat now; {@link ErasureSweep} ends them
   * @param callbacks what the person wrote and did, deleted
   * @param receipts delivery receipts whose openid was overwritten
   * @param followers whether the person was known as a follower: 0 or 1
   * @param personDays messages that were noted for the daily cap
   * @param testers whether the account had the person as a tester: 0 or 1
   */
  record Erasure(
      int messages,
      int cancelled,
      int inFlight,
      int rejections,
      int answers,
      int deadLetters,
      int callbacks,
      int receipts,
      int followers,
      int personDays,
      int testers) {

    /** The same for the audit log. */
    private Map<String, Object> detail() {
      return Map.ofEntries(
          Map.entry("messages", messages),
          Map.entry("cancelled", cancelled),
          Map.entry("inFlight", inFlight),
          Map.entry("rejections", rejections),
          Map.entry("answers", answers),
          Map.entry("deadLetters", deadLetters),
          Map.entry("callbacks", callbacks),
          Map.entry("receipts", receipts),
          Map.entry("followers", followers),
          Map.entry("personDays", personDays),
          Map.entry("testers", testers));
    }
  }
}
