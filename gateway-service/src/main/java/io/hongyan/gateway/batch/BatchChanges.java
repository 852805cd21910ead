package io.hongyan.gateway.batch;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.ConfigEvent;
import io.hongyan.common.message.Lane;
import io.hongyan.gateway.audit.AuditLog;
import io.hongyan.gateway.batch.BatchMapper.StateChange;
import io.hongyan.gateway.config.ConfigEvents;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.web.ProblemException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Pauses, resumes, cancels and triggers batches. The update itself checks the state, so of two
 * people one wins and the other is told; everybody running hears of it after the commit.
 */
@Component
class BatchChanges {

  private static final Logger log = LoggerFactory.getLogger(BatchChanges.class);

  private final BatchMapper mapper;
  private final TransactionOperations transactions;
  private final AuditLog audit;
  private final ConfigEvents events;
  private final ApplicationEventPublisher application;

  BatchChanges(
      BatchMapper mapper,
      TransactionOperations transactions,
      AuditLog audit,
      ConfigEvents events,
      ApplicationEventPublisher application) {
    this.mapper = mapper;
    this.transactions = transactions;
    this.audit = audit;
    this.events = events;
    this.application = application;
  }

  /** Does it, or answers 409 and says what would be possible. */
  void apply(ApiKey actor, BatchRow batch, BatchAction action) {
    BatchId id = new BatchId(batch.id());
    transactions.executeWithoutResult(
        transaction -> {
          StateChange change = update(actor, id, action).orElseThrow(() -> illegal(id, action));
          audit.record(
              actor.id(),
              "batch." + action.text(),
              "batch/" + id,
              Map.of("from", change.from(), "to", change.to()));
          log.info(
              "batch changed batch_id={} action={} from={} to={} actor={}",
              id,
              action.text(),
              change.from(),
              change.to(),
              actor.id());
        });
    events.publish(new ConfigEvent(ConfigEvent.Kind.BATCH, id.toString()));
    if (action == BatchAction.RESUME || action == BatchAction.TRIGGER) {
      application.publishEvent(
          new BatchAccepted(
              batch.accountId(), Lane.ofPriority(batch.priority()), batch.total() == null));
    }
  }

  private Optional<StateChange> update(ApiKey actor, BatchId id, BatchAction action) {
    Set<String> from =
        BatchState.allowing(action).stream().map(BatchState::text).collect(Collectors.toSet());
    String by = "by API key '%s' (%s)".formatted(actor.name(), actor.id());
    return switch (action) {
      case PAUSE -> mapper.pause(id.value(), from, "paused " + by);
      case RESUME -> mapper.resume(id.value(), from);
      case TRIGGER -> mapper.trigger(id.value(), from);
      case CANCEL -> mapper.cancel(id.value(), from, "cancelled " + by);
    };
  }

  private ProblemException illegal(BatchId id, BatchAction action) {
    String state = mapper.find(id.value()).map(BatchRow::state).orElse("unknown");
    String possible =
        BatchState.ofText(state).map(BatchState::actions).orElse(Set.of()).stream()
            .map(BatchAction::text)
            .collect(Collectors.joining(", "));
    return new ProblemException(
            HttpStatus.CONFLICT,
            "illegal-state",
            "Not possible in this state",
            "Batch %s is %s, so it cannot be changed by %s; possible now: %s"
                .formatted(id, state, action.text(), possible.isEmpty() ? "nothing" : possible))
        .with("state", state);
  }
}
