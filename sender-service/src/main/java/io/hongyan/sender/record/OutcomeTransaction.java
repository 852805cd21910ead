package io.hongyan.sender.record;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import io.hongyan.common.message.OutcomeClass;
import io.hongyan.sender.record.Entry.Attempt;
import io.hongyan.sender.record.Entry.Failure;
import io.hongyan.sender.record.Entry.Success;
import io.hongyan.sender.record.OutcomeMapper.ClassRow;
import io.hongyan.sender.record.OutcomeMapper.NotedRow;
import io.hongyan.sender.record.OutcomeMapper.OpenRow;
import io.hongyan.sender.record.StartMapper.MessageKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** What {@link OutcomeRecorder} does inside one transaction; see there for the rules. */
@Component
class OutcomeTransaction {

  private final OutcomeMapper mapper;
  private final Worker worker;
  private final JsonMapper json;

  OutcomeTransaction(OutcomeMapper mapper, Worker worker, JsonMapper json) {
    this.mapper = mapper;
    this.worker = worker;
    this.json = json;
  }

  /** Records a group; entries about one message may stand in it several times. */
  void record(List<Entry> entries) {
    SortedMap<MessageId, Success> successes = new TreeMap<>();
    SortedMap<MessageId, List<Failure>> failures = new TreeMap<>();
    List<Attempt> attempts = new ArrayList<>();
    for (Entry entry : entries) {
      switch (entry) {
        case Success success -> successes.putIfAbsent(success.id(), success);
        case Failure failure ->
            failures.computeIfAbsent(failure.id(), id -> new ArrayList<>()).add(failure);
        case Attempt attempt -> attempts.add(attempt);
      }
    }
    Counters counters = new Counters();
    mapper.lockProgress(
        entries.stream().mapToLong(entry -> entry.id().batchId().value()).distinct().toArray());
    // One look, in id order, so that two groups never wait for each other's start rows in a circle;
    // a
    // copy that is about to start waits here too, and then sees what is written below.
    Map<MessageId, Integer> open = lockStarts(refusedOrFailed(attempts, failures.keySet()));
    noteAttempts(attempts, open);
    recordSuccesses(successes.values(), counters);
    recordFailures(failures, open, counters);
    counters.write(mapper);
  }

  private static SortedSet<MessageId> refusedOrFailed(
      List<Attempt> attempts, Collection<MessageId> failures) {
    SortedSet<MessageId> messages = new TreeSet<>(failures);
    attempts.stream().filter(Attempt::refused).map(Attempt::id).forEach(messages::add);
    return messages;
  }

  private void noteAttempts(List<Attempt> attempts, Map<MessageId, Integer> open) {
    if (attempts.isEmpty()) {
      return;
    }
    Map<NotedRow, Attempt> byRow = new HashMap<>();
    attempts.forEach(attempt -> byRow.put(rowOf(attempt), attempt));
    SortedMap<MessageId, Integer> refused = new TreeMap<>();
    // Only what is noted now is taken off: this commit may be a second try of one that went
    // through.
    for (NotedRow noted : mapper.insertAttempts(AttemptColumns.of(attempts), worker.id())) {
      Attempt attempt = byRow.get(noted);
      if (attempt != null && attempt.refused()) {
        refused.merge(attempt.id(), 1, Integer::sum);
      }
    }
    takeOff(refused);
    refused.forEach((id, count) -> open.computeIfPresent(id, (same, before) -> before - count));
  }

  private void recordSuccesses(Collection<Success> successes, Counters counters) {
    if (successes.isEmpty()) {
      return;
    }
    List<MessageId> inserted =
        mapper.insertSuccesses(SuccessColumns.of(successes), worker.id()).stream()
            .map(MessageKey::id)
            .toList();
    inserted.forEach(id -> counters.succeeded(id.batchId(), 1));
    deleteFailures(inserted, counters);
  }

  private void recordFailures(
      SortedMap<MessageId, List<Failure>> failures,
      Map<MessageId, Integer> open,
      Counters counters) {
    if (failures.isEmpty()) {
      return;
    }
    Map<MessageId, ClassRow> outcomes = findOutcomes(failures.keySet());
    SortedMap<MessageId, Integer> refused = new TreeMap<>();
    List<MessageId> replaced = new ArrayList<>();
    List<Failure> inserted = new ArrayList<>();
    failures.forEach(
        (id, copies) -> {
          ClassRow outcome = outcomes.get(id);
          int refusals = (int) copies.stream().filter(Failure::refused).count();
          boolean mayHaveBeenAccepted = open.getOrDefault(id, 0) > refusals;
          Failure failure =
              mayHaveBeenAccepted
                  ? copies.getLast().as(OutcomeClass.UNCERTAIN, Entry.UNCERTAIN_ADVICE)
                  : copies.getLast();
          if (outcome != null && !isReplacedBy(outcome.outcomeClass(), failure)) {
            return;
          }
          if (outcome != null) {
            replaced.add(id);
          }
          if (refusals > 0) {
            refused.put(id, refusals);
          }
          inserted.add(failure);
          counters.failed(id.batchId(), failure.outcomeClass().text(), 1);
        });
    takeOff(refused);
    deleteFailures(replaced, counters);
    if (!inserted.isEmpty()) {
      mapper.insertFailures(FailureColumns.of(inserted, json), worker.id());
    }
  }

  // A cancel or an expiry that overlooked a call in flight must not claim that nobody got the
  // message.
  private static boolean isReplacedBy(@Nullable String recordedClass, Failure failure) {
    return failure.outcomeClass() == OutcomeClass.UNCERTAIN
        && (OutcomeClass.CANCELLED.text().equals(recordedClass)
            || OutcomeClass.EXPIRED.text().equals(recordedClass));
  }

  private void deleteFailures(Collection<MessageId> messages, Counters counters) {
    if (messages.isEmpty()) {
      return;
    }
    Keys keys = Keys.of(messages);
    for (ClassRow deleted : mapper.deleteFailures(keys.batchIds(), keys.seqs())) {
      counters.failed(new BatchId(deleted.batchId()), String.valueOf(deleted.outcomeClass()), -1);
    }
  }

  private Map<MessageId, Integer> lockStarts(Collection<MessageId> messages) {
    if (messages.isEmpty()) {
      return new HashMap<>();
    }
    Keys keys = Keys.of(messages);
    Map<MessageId, Integer> open = new HashMap<>();
    for (OpenRow row : mapper.lockStarts(keys.batchIds(), keys.seqs())) {
      open.put(new MessageKey(row.batchId(), row.seq()).id(), row.open());
    }
    return open;
  }

  private Map<MessageId, ClassRow> findOutcomes(Collection<MessageId> messages) {
    Keys keys = Keys.of(messages);
    Map<MessageId, ClassRow> outcomes = new HashMap<>();
    for (ClassRow row : mapper.findOutcomes(keys.batchIds(), keys.seqs())) {
      outcomes.put(new MessageKey(row.batchId(), row.seq()).id(), row);
    }
    return outcomes;
  }

  private void takeOff(SortedMap<MessageId, Integer> counts) {
    if (counts.isEmpty()) {
      return;
    }
    Keys keys = Keys.of(counts.keySet());
    mapper.takeOff(
        keys.batchIds(),
        keys.seqs(),
        counts.values().stream().mapToInt(Integer::intValue).toArray());
  }

  private static NotedRow rowOf(Attempt attempt) {
    return new NotedRow(attempt.id().batchId().value(), attempt.id().seq(), attempt.startId());
  }
}
