package io.hongyan.gateway.webhook;

import io.hongyan.gateway.audit.AuditLog;
import io.hongyan.gateway.webhook.PostOutcome.Delivered;
import io.hongyan.gateway.webhook.PostOutcome.Refused;
import io.hongyan.gateway.webhook.PostOutcome.Void;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Stores what became of tries, a group in one transaction, and with it how their webhooks do: one
 * that has only failed for long is switched off, and so is one whose receiver answers 410 (Gone).
 * Thread-safe.
 */
@Component
class TriesRecorder {

  private static final Logger log = LoggerFactory.getLogger(TriesRecorder.class);

  private final DeliveryMapper mapper;
  private final TransactionOperations transactions;
  private final AuditLog audit;
  private final RetryDelays delays;
  private final Duration disableAfter;

  TriesRecorder(
      DeliveryMapper mapper,
      TransactionOperations transactions,
      AuditLog audit,
      WebhookProperties properties) {
    this.mapper = mapper;
    this.transactions = transactions;
    this.audit = audit;
    this.delays =
        new RetryDelays(properties.delays(), () -> ThreadLocalRandom.current().nextDouble());
    this.disableAfter = properties.disableAfter();
  }

  /**
   * Stores them; may be repeated.
   *
   * @param tried in the order in which they ended
   */
  void record(String gateway, List<TriedDelivery> tried) {
    RecordedTries rows = RecordedTries.of(tried, delays::after);
    // By key: two gateways change the same webhooks in the same order.
    Map<String, List<TriedDelivery>> byKey = new TreeMap<>();
    tried.stream()
        .filter(one -> !(one.outcome() instanceof Void))
        .forEach(
            one ->
                byKey
                    .computeIfAbsent(one.delivery().apiKeyId(), key -> new ArrayList<>())
                    .add(one));
    List<String> switchedOff = new ArrayList<>();
    transactions.executeWithoutResult(
        transaction -> {
          switchedOff.clear();
          mapper.record(gateway, rows);
          byKey.forEach(
              (key, ofKey) -> {
                String reason = noteHealth(key, ofKey);
                if (reason != null) {
                  switchedOff.add("api_key=%s reason=\"%s\"".formatted(key, reason));
                }
              });
        });
    switchedOff.forEach(which -> log.error("webhook switched off {}", which));
  }

  /** Why the webhook was switched off; null = it was not. */
  private @Nullable String noteHealth(String key, List<TriedDelivery> tried) {
    Instant failingSince = null;
    boolean worked = false;
    for (TriedDelivery one : tried) {
      if (one.outcome() instanceof Delivered) {
        worked = true;
        failingSince = null;
      } else if (failingSince == null) {
        failingSince = one.at();
      }
    }
    if (worked) {
      mapper.markWorking(key);
    }
    if (failingSince == null) {
      return null;
    }
    mapper.markFailing(key, failingSince);
    return switchOff(key, tried);
  }

  private @Nullable String switchOff(String key, List<TriedDelivery> tried) {
    for (TriedDelivery one : tried) {
      if (one.outcome() instanceof Refused refused && refused.isGone()) {
        return disable(key, one, "its receiver answered 410 (Gone)", null);
      }
    }
    TriedDelivery last = tried.getLast();
    // Only where a delivery has used up its tries: else one that was away for a moment, and had
    // nothing to get for days, would be off for being away again for a moment.
    boolean exhausted = tried.stream().anyMatch(this::isExhausted);
    return exhausted
        ? disable(
            key,
            last,
            "every post has failed for " + inWords(disableAfter),
            last.at().minus(disableAfter))
        : null;
  }

  private boolean isExhausted(TriedDelivery tried) {
    return !(tried.outcome() instanceof Delivered)
        && delays.areUsedUp(tried.delivery().tries() + 1);
  }

  private @Nullable String disable(
      String key, TriedDelivery cause, String reason, @Nullable Instant failingBefore) {
    if (mapper.disable(key, cause.url(), cause.at(), reason, failingBefore) == 0) {
      return null;
    }
    audit.record(
        AuditLog.SYSTEM,
        "webhook.disable",
        Webhooks.subject(key),
        Map.of("host", URI.create(cause.url()).getAuthority(), "reason", reason));
    return reason;
  }

  private static String inWords(Duration duration) {
    return duration.toDays() > 0 && duration.equals(Duration.ofDays(duration.toDays()))
        ? duration.toDays() + " days"
        : duration.toString();
  }
}
