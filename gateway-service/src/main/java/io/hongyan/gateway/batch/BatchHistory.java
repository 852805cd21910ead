package io.hongyan.gateway.batch;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.hongyan.common.message.BatchId;
import io.hongyan.gateway.audit.AuditLog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What happened to a batch, oldest first: the changes in the audit log, and between them what the
 * batch's own row remembers, so that accepting and finishing a batch cost no audit row.
 */
@Component
class BatchHistory {

  private static final String NOTHING = "{}";
  private static final String START = "batch.start";

  private final AuditLog audit;
  private final JsonMapper json;

  BatchHistory(AuditLog audit, JsonMapper json) {
    this.audit = audit;
    this.json = json;
  }

  /**
   * One change.
   *
   * @param actor id of the API key, {@code schedule:<id>} or {@code system}
   * @param from state before; null for a new batch, and where the state did not change
   * @param to state after; null where it did not change
   * @param detail what else is to be said, such as a reason; a JSON object
   */
  @JsonPropertyOrder({"at", "actor", "action", "from", "to", "detail"})
  record Entry(
      Instant at,
      String actor,
      String action,
      @Nullable String from,
      @Nullable String to,
      @JsonRawValue String detail) {}

  /** The batch's history; of audited changes the first 1,000. */
  List<Entry> of(BatchRow batch) {
    List<Entry> changes = new ArrayList<>();
    audit.history("batch/" + new BatchId(batch.id())).forEach(entry -> changes.add(audited(entry)));
    Instant startedAt = batch.startedAt();
    if (startedAt != null) {
      changes.add(system(startedAt, START, null, null));
    }
    changes.sort(Comparator.comparing(Entry::at));
    List<Entry> all = new ArrayList<>();
    // First and last whatever the clocks of gateway and database say.
    String state = beginning(batch);
    all.add(new Entry(batch.createdAt(), batch.createdBy(), "batch.accept", null, state, NOTHING));
    for (Entry change : changes) {
      Entry told = change.action().equals(START) ? started(change, state) : change;
      state = told.to() == null ? state : told.to();
      all.add(told);
    }
    Instant finishedAt = batch.finishedAt();
    if (finishedAt != null && batch.state().equals(BatchState.DONE.text())) {
      all.add(finished(finishedAt, batch));
    }
    return all;
  }

  private Entry finished(Instant at, BatchRow batch) {
    // An audience in which nobody is left is done without a release.
    boolean nobody = Integer.valueOf(0).equals(batch.total());
    String reason = batch.stateReason();
    return new Entry(
        at,
        AuditLog.SYSTEM,
        "batch.finish",
        (nobody ? BatchState.RELEASING : BatchState.RELEASED).text(),
        BatchState.DONE.text(),
        reason == null ? NOTHING : json.writeValueAsString(Map.of("reason", reason)));
  }

  /** The state in which it was accepted; triggering moves sendAt to a moment after createdAt. */
  private static String beginning(BatchRow batch) {
    Instant sendAt = batch.sendAt();
    boolean waited =
        batch.scheduleId() != null || (sendAt != null && sendAt.isAfter(batch.createdAt()));
    return (waited ? BatchState.SCHEDULED : BatchState.RELEASING).text();
  }

  private static @Nullable String take(ObjectNode detail, String property) {
    JsonNode value = detail.remove(property);
    return value == null ? null : value.stringValue(null);
  }

  /** Its first message went to the broker; that ended its waiting, unless somebody had done so. */
  private static Entry started(Entry start, String before) {
    String releasing = BatchState.RELEASING.text();
    return before.equals(releasing) ? start : system(start.at(), START, before, releasing);
  }

  private static Entry system(
      Instant at, String action, @Nullable String from, @Nullable String to) {
    return new Entry(at, AuditLog.SYSTEM, action, from, to, NOTHING);
  }

  private Entry audited(AuditLog.Entry entry) {
    ObjectNode detail = (ObjectNode) json.readTree(entry.detail());
    String from = take(detail, "from");
    String to = take(detail, "to");
    String stateOnly = take(detail, "state"); // in rows of earlier versions
    return new Entry(
        entry.at(),
        entry.actor(),
        entry.action(),
        from,
        to == null ? stateOnly : to,
        detail.toString());
  }
}
