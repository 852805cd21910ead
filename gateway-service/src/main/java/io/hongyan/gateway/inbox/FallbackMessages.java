package io.hongyan.gateway.inbox;

import io.hongyan.gateway.inbox.FallbackMapper.Taken;
import io.hongyan.gateway.inbox.FallbackMapper.Undelivered;
import io.hongyan.gateway.template.TemplateField;
import io.hongyan.gateway.web.DatabaseAway;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Leaves in the inbox what WeChat could not bring to a person for good, where the batch asked for
 * it. Whoever records the failure or the receipt notes the message in the same transaction; taking
 * the note and writing the message is one, too. Safe on several gateways at once.
 */
@Component
class FallbackMessages {

  private static final Logger log = LoggerFactory.getLogger(FallbackMessages.class);
  private static final int GROUP = 200;

  private final FallbackMapper mapper;
  private final InboxMapper inbox;
  private final TransactionOperations transactions;
  private final JsonMapper json;
  private final Clock clock;
  private final Counter left;
  private volatile boolean databaseAway;

  FallbackMessages(
      FallbackMapper mapper,
      InboxMapper inbox,
      TransactionOperations transactions,
      JsonMapper json,
      Clock clock,
      MeterRegistry meters) {
    this.mapper = mapper;
    this.inbox = inbox;
    this.transactions = transactions;
    this.json = json;
    this.clock = clock;
    this.left =
        Counter.builder("hongyan.inbox.fallbacks")
            .description("Messages left in the inbox because WeChat could not bring them")
            .register(meters);
  }

  @Scheduled(fixedDelayString = "${hongyan.inbox.fallback-poll:2s}")
  void look() {
    try {
      @Nullable Integer taken;
      do {
        taken = transactions.execute(transaction -> leaveGroup());
      } while (taken != null && taken == GROUP);
      databaseAway = false;
    } catch (RuntimeException e) {
      // One line for each outage, not one for each look.
      if (!DatabaseAway.isCauseOf(e)) {
        log.error("messages not left in the inbox, tried again", e);
      } else if (!databaseAway) {
        databaseAway = true;
        log.warn("database away, messages for the inbox wait for it cause={}", e.toString());
      }
    }
  }

  /** Leaves the next ones; how many notes it took. */
  private int leaveGroup() {
    List<Taken> taken = mapper.take(GROUP);
    if (!taken.isEmpty()) {
      taken.stream().map(Taken::accountId).distinct().sorted().forEach(mapper::lockErasuresOut);
      inbox.lockErasuresOut();
      Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
      List<Undelivered> found =
          mapper.findContent(
              taken.stream().map(Taken::batchId).toArray(Long[]::new),
              taken.stream().map(Taken::seq).toArray(Integer[]::new));
      for (Undelivered message : found) {
        leave(message, now);
      }
    }
    return taken.size();
  }

  private void leave(Undelivered message, Instant now) {
    JsonNode data = json.readTree(message.data());
    String body =
        TemplateField.render(message.content(), name -> data.path(name).path("value").asString(""));
    left.increment(mapper.insert(InboxId.create().value(), message, body, now));
  }
}
