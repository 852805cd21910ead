package io.hongyan.sender.record;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import io.hongyan.sender.record.StartMapper.MessageKey;
import io.hongyan.sender.record.StartMapper.StartedRow;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Commits a start row before each call to WeChat. That row, not flags or headers, decides what a
 * copy of a message may do: two copies can never both believe to be the first. Thread-safe.
 */
@Component
public class StartRecorder implements Recorder, DisposableBean {

  private final StartMapper mapper;
  private final TransactionTemplate transaction;
  private final Worker worker;
  private final Clock clock;
  private final long doubtWindowMillis;
  private final GroupCommit<Request, Start> group;

  StartRecorder(
      StartMapper mapper,
      TransactionTemplate transaction,
      Worker worker,
      RecordProperties properties,
      DoubtProperties doubt,
      Clock clock) {
    this.clock = clock;
    this.mapper = mapper;
    this.transaction = transaction;
    this.worker = worker;
    this.doubtWindowMillis = doubt.doubtWindow().toMillis();
    this.group =
        new GroupCommit<>("starts", properties.linger(), properties.maxGroup(), this::write);
  }

  /**
   * Notes that a call for this message is about to be made, and says whether it may. Waits for the
   * commit; while PostgreSQL is away it waits, so no call begins.
   *
   * @throws UnrecordableException if the database refuses this message for good
   * @throws InterruptedException if this sender stops first
   */
  public Start start(MessageId message) throws UnrecordableException, InterruptedException {
    return group.submit(new Request(message, ThreadLocalRandom.current().nextLong()));
  }

  @Override
  public String records() {
    return "starts";
  }

  @Override
  public Duration stuckFor() {
    return group.stuckFor();
  }

  @Override
  public void destroy() throws InterruptedException {
    group.close();
  }

  private List<Start> write(List<Request> requests) {
    List<Start> starts = transaction.execute(status -> startAll(requests));
    return starts == null ? List.of() : starts;
  }

  // Two copies of one message in one group take turns: a row can be changed only once a statement.
  private List<Start> startAll(List<Request> requests) {
    Instant decidedAt = clock.instant();
    Map<Request, Start> results = new HashMap<>();
    List<Request> left = requests;
    while (!left.isEmpty()) {
      // In id order, so that two senders' groups never wait for each other's rows in a circle.
      Map<MessageId, Request> turn = new TreeMap<>();
      List<Request> next = new ArrayList<>();
      for (Request request : left) {
        if (turn.putIfAbsent(request.message(), request) != null) {
          next.add(request);
        }
      }
      startTurn(turn, decidedAt, results);
      left = next;
    }
    return requests.stream().map(request -> require(results.get(request))).toList();
  }

  private void startTurn(
      Map<MessageId, Request> turn, Instant decidedAt, Map<Request, Start> results) {
    Keys keys = Keys.of(turn.keySet());
    long[] startIds = turn.values().stream().mapToLong(Request::startId).toArray();
    List<StartedRow> rows =
        mapper.start(keys.batchIds(), keys.seqs(), startIds, worker.id(), doubtWindowMillis);
    // A second statement sees what was committed while the first waited for row locks.
    Set<MessageKey> recorded = new HashSet<>(mapper.findRecorded(keys.batchIds(), keys.seqs()));
    List<MessageId> undo = new ArrayList<>();
    for (StartedRow row : rows) {
      MessageId id = new MessageId(new BatchId(row.batchId()), row.seq());
      Request request = require(turn.get(id));
      Start start = decide(row, request, decidedAt, recorded);
      if (!(start instanceof Start.Started)) {
        undo.add(id);
      }
      results.put(request, start);
    }
    if (!undo.isEmpty()) {
      Keys undone = Keys.of(undo);
      mapper.undo(undone.batchIds(), undone.seqs());
    }
  }

  private static Start decide(
      StartedRow row, Request request, Instant decidedAt, Set<MessageKey> recorded) {
    if (recorded.contains(new MessageKey(row.batchId(), row.seq()))) {
      return new Start.AlreadyRecorded();
    }
    boolean mayHaveBeenAccepted = row.open() > 1;
    return mayHaveBeenAccepted && row.old()
        ? new Start.InDoubtTooLong()
        : new Start.Started(request.startId(), mayHaveBeenAccepted, decidedAt);
  }

  private static <T> T require(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("the database did not answer for every message of the group");
    }
    return value;
  }

  private record Request(MessageId message, long startId) {}
}
