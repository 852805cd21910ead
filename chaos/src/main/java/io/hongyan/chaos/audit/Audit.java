package io.hongyan.chaos.audit;

import io.hongyan.chaos.load.AcceptanceRecord;
import io.hongyan.chaos.load.AcceptedBatch;
import io.hongyan.chaos.stack.Addresses;
import io.hongyan.stack.http.Answer;
import io.hongyan.stack.http.AnyServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * Holds a stack to what it answered: takes the suite's own record of the 202s for the truth, and
 * compares it with the tables, the gateway's answers, the queues and what the simulator accepted.
 *
 * <p>A round is {@link #mark()}, submit and break, {@link #awaitDone}, {@link #examine}.
 */
public final class Audit {

  private static final Duration ANSWER_LIMIT = Duration.ofMinutes(1);

  /**
   * Copies in the waiting queues take time, and a queue that was without a leader may keep some for
   * a subscription that it never answered, until RabbitMQ gives that up after 90 s.
   */
  private static final Duration QUEUES_LIMIT = Duration.ofMinutes(2);

  /** Longer than the 1 s after which the nodes count anew, so that two looks see two counts. */
  private static final Duration QUEUES_QUIET = Duration.ofMillis(1_300);

  private static final String MARK =
      """
      select (select coalesce(max(id), -1) from batch),
             (select coalesce(max(id), 0) from dead_letter)
      """;

  private final Database database;
  private final AcceptedMessages accepted;
  private final AnyServer gateways;
  private final QueueDepths queues;
  private final Duration queuesLimit;
  private final Duration queuesQuiet;

  public Audit(Addresses addresses) {
    this(addresses, QUEUES_LIMIT, QUEUES_QUIET);
  }

  /**
   * @param queuesLimit how long queues may take to become empty
   * @param queuesQuiet how long they must then stay empty
   */
  Audit(Addresses addresses, Duration queuesLimit, Duration queuesQuiet) {
    this.database = new Database(addresses);
    this.accepted = new AcceptedMessages(addresses);
    this.gateways = AnyServer.of(addresses.gateways(), addresses.adminKey());
    this.queues = new QueueDepths(addresses);
    this.queuesLimit = queuesLimit;
    this.queuesQuiet = queuesQuiet;
  }

  /**
   * The state before a round. To be called with the stack up and quiet, after the simulator's reset
   * if there is one.
   */
  public Baseline mark() {
    AcceptedMessages.Counts counts = accepted.counts();
    try (Connection connection = database.connect(ANSWER_LIMIT);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(MARK)) {
      row.next();
      return new Baseline(
          row.getLong(1),
          row.getLong(2),
          counts.accepted(),
          counts.repeated(),
          counts.suppressed());
    } catch (SQLException e) {
      throw new IllegalStateException("the audit cannot read where the round begins", e);
    }
  }

  /**
   * Waits until every batch of the record is over; looks every 100 ms and bears a database that is
   * away meanwhile.
   */
  public Completion awaitDone(AcceptanceRecord record, Duration limit) {
    return new CompletionWatch(database, record).await(limit);
  }

  /**
   * Compares everything. To be called with the stack up, when the batches are over: what is still
   * under way is a finding. Waits for the queues to be empty, up to 2 min, and reads all else after
   * that.
   *
   * @param allowedClasses classes in which a message may fail because of what was done in the
   *     round, such as {@code exhausted}; {@code uncertain} always may
   */
  public Verdict examine(AcceptanceRecord record, Baseline baseline, Set<String> allowedClasses) {
    Findings findings = new Findings();
    // Before anything is read: a late copy that still waits in a queue is just what may be sent
    // a second time.
    queues
        .awaitEmpty(queuesLimit, queuesQuiet)
        .forEach((queue, depth) -> findings.add(Finding.QUEUED, depth, depth + " in " + queue));
    Map<Long, BatchLedger> ledgers = openLedgers(record, allowedClasses, findings);
    AcceptedMessages.Counts counts = accepted.counts();
    if (counts.accepted() < baseline.accepted()) {
      throw new IllegalStateException(
          "the simulator knows fewer messages than when the round began: it was reset or restarted"
              + " in the round, so nothing can be proved");
    }
    readBooks(ledgers, baseline, record.unansweredKeys(), findings);
    ledgers.values().forEach(BatchLedger::close);
    ledgers.values().forEach(ledger -> checkShown(ledger, findings));
    findings.atLeast(
        Finding.REPEATED, counts.repeated() - baseline.repeated(), "by the simulator's own count");
    return new Verdict(
        record.messages(),
        sum(ledgers, BatchLedger::failureRows),
        sum(ledgers, ledger -> ledger.failureRows(BatchLedger.UNCERTAIN)),
        sum(ledgers, BatchLedger::toleratedRows),
        counts.suppressed() - baseline.suppressed(),
        findings.counts(),
        findings.examples());
  }

  /** Enters what tables and simulator say; counters are checked when all rows are known. */
  private void readBooks(
      Map<Long, BatchLedger> ledgers,
      Baseline baseline,
      List<String> unansweredKeys,
      Findings findings) {
    try (Connection connection = database.connect(ANSWER_LIMIT)) {
      connection.setAutoCommit(false);
      TableReader tables = new TableReader(connection, baseline, ledgers, unansweredKeys, findings);
      tables.readMessages();
      accepted.forEach(baseline.accepted(), message -> enter(message, tables, findings));
      tables.checkCounters();
      long deadLetters = tables.countDeadLetters();
      if (deadLetters > 0) {
        findings.add(Finding.DEAD_LETTER, deadLetters, "after id " + baseline.deadLetterId());
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the audit cannot read the tables", e);
    }
  }

  private static long sum(Map<Long, BatchLedger> ledgers, ToLongFunction<BatchLedger> count) {
    return ledgers.values().stream().mapToLong(count).sum();
  }

  private static Map<Long, BatchLedger> openLedgers(
      AcceptanceRecord record, Set<String> allowedClasses, Findings findings) {
    Map<Long, BatchLedger> ledgers = new TreeMap<>();
    for (AcceptedBatch batch : record.batches()) {
      BatchLedger ledger = new BatchLedger(batch, allowedClasses, findings);
      if (ledgers.putIfAbsent(MessageIds.batchRow(batch.batchId()), ledger) != null) {
        // Two keys were answered with one batch: the recipients of one of them are nowhere.
        findings.add(
            Finding.LOST,
            batch.recipients().count(),
            "%s was answered to a second key, %s"
                .formatted(batch.batchId(), batch.idempotencyKey()));
      }
    }
    return ledgers;
  }

  private static void enter(
      AcceptedMessages.Accepted message, TableReader tables, Findings findings) {
    String id = message.clientMsgId();
    if (!MessageIds.isMessage(id)) {
      findings.add(Finding.STRANGER, "WeChat got a client_msg_id that is none: '" + id + "'");
      return;
    }
    long batch = MessageIds.batchRowOfMessage(id);
    if (tables.isOfAnEarlierRound(batch)) {
      findings.add(Finding.REPEATED, id + ", of an earlier round");
      return;
    }
    BatchLedger ledger = tables.find(batch, "WeChat got a message of");
    if (ledger != null) {
      ledger.enterAccepted(MessageIds.seqOfMessage(id), message);
    }
  }

  private void checkShown(BatchLedger ledger, Findings findings) {
    Answer shown =
        gateways.call("GET", "/v1/batches/" + ledger.batch().batchId(), null, ANSWER_LIMIT);
    if (shown.isSuccess()) {
      new CounterCheck(ledger, findings).checkShown(shown.json());
    } else {
      findings.add(
          Finding.MISCOUNTED,
          "%s: %s answered %d %s"
              .formatted(ledger.batch().batchId(), shown.request(), shown.status(), shown.text()));
    }
  }
}
