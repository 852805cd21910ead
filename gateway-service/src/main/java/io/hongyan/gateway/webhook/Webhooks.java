package io.hongyan.gateway.webhook;

import io.hongyan.common.secret.Secret;
import io.hongyan.gateway.audit.AuditLog;
import io.hongyan.gateway.web.ProblemException;
import io.hongyan.gateway.webhook.PutWebhookRequest.WebhookSettings;
import io.hongyan.gateway.webhook.WebhookMapper.Portion;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Changes API keys' webhooks: row and audit row in one transaction. All of it may be repeated.
 * Every gateway reads the rows before each round of posts, so nobody needs to be told.
 */
@Component
class Webhooks {

  // Rows that one statement changes well within the time it has.
  private static final int PORTION = 10_000;

  private final WebhookMapper mapper;
  private final DeliveryMapper deliveries;
  private final WebhookSecrets secrets;
  private final TransactionOperations transactions;
  private final AuditLog audit;
  private final Clock clock;

  Webhooks(
      WebhookMapper mapper,
      DeliveryMapper deliveries,
      WebhookSecrets secrets,
      TransactionOperations transactions,
      AuditLog audit,
      Clock clock) {
    this.mapper = mapper;
    this.deliveries = deliveries;
    this.secrets = secrets;
    this.transactions = transactions;
    this.audit = audit;
    this.clock = clock;
  }

  /** The key's webhook; answers 404 if it has none. */
  WebhookRow get(String key) {
    return mapper
        .find(key)
        .orElseThrow(() -> ProblemException.notFound("API key '%s' has no webhook".formatted(key)));
  }

  /** Stores it; the secret if it is new, else null. Answers 409 if the key was revoked. */
  @Nullable Secret put(String actor, String key, WebhookSettings settings) {
    if (mapper.isRevoked(key)) {
      throw new ProblemException(
          HttpStatus.CONFLICT,
          "key-revoked",
          "The API key was revoked",
          "API key '%s' was revoked, so nothing is posted for it; set the webhook for the key in use"
              .formatted(key));
    }
    Secret secret = secrets.create();
    return transactions.execute(
        transaction -> {
          boolean created =
              mapper.put(
                  key,
                  settings.url().toString(),
                  settings.eventTexts(),
                  secrets.encrypt(key, secret));
          audit.record(
              actor,
              "webhook.put",
              subject(key),
              // Not the whole URL: its path or query may be what lets a post in.
              Map.of(
                  "host",
                  settings.url().getAuthority(),
                  "events",
                  String.join(",", settings.eventTexts())));
          return created ? secret : null;
        });
  }

  /** Makes another secret; the one before is worth nothing from now on. */
  Secret renewSecret(String actor, String key) {
    Secret secret = secrets.create();
    transactions.executeWithoutResult(
        transaction -> {
          if (mapper.updateSecret(key, secrets.encrypt(key, secret)) == 0) {
            get(key);
          }
          audit.record(actor, "webhook.secret", subject(key), Map.of());
        });
    return secret;
  }

  /** Switches it on again after it was switched off. */
  void enable(String actor, String key) {
    get(key);
    transactions.executeWithoutResult(
        transaction -> {
          if (mapper.enable(key) > 0) {
            audit.record(actor, "webhook.enable", subject(key), Map.of());
          }
        });
  }

  /** Deletes it; what was not delivered has failed. */
  void delete(String actor, String key) {
    transactions.executeWithoutResult(
        transaction -> {
          if (mapper.delete(key) > 0) {
            audit.record(actor, "webhook.delete", subject(key), Map.of());
          }
        });
    // Now, and not only when the sender finds them: another webhook may be made in a moment, which
    // must not hear of what was before its time.
    int ended;
    do {
      ended = deliveries.end(key, DueWebhook.DELETED, PORTION);
    } while (ended == PORTION && mapper.find(key).isEmpty());
  }

  /**
   * Makes deliveries that were delivered or have failed due again, and due now those that wait for
   * their next try and are named; how many. Answers 409 while the webhook is switched off.
   */
  int replay(String actor, String key, ReplayRequest request) {
    if (get(key).disabledAt() != null) {
      throw new ProblemException(
          HttpStatus.CONFLICT,
          "webhook-disabled",
          "The webhook is switched off",
          "The webhook of API key '%s' is switched off; enable it first".formatted(key));
    }
    return request.namesDeliveries()
        ? replay(actor, key, request.ids())
        : replaySince(actor, key, request.from(), request.wantedEvents());
  }

  private int replay(String actor, String key, List<Long> ids) {
    Long[] wanted = ids.toArray(Long[]::new);
    Set<Long> known = new HashSet<>(mapper.findIds(key, wanted));
    for (long id : ids) {
      ProblemException.requireValid(
          known.contains(id),
          "'%s' is not a delivery of this webhook".formatted(new DeliveryId(id)));
    }
    return transactions.execute(
        transaction -> {
          int replayed = mapper.replay(key, wanted, clock.instant());
          audit.record(actor, "webhook.replay", subject(key), Map.of("replayed", replayed));
          return replayed;
        });
  }

  // Rows that come meanwhile are not replayed, or it might never end. Noted first: what is changed
  // in portions is never unnoted, and asked for again it goes on where it ended.
  private int replaySince(String actor, String key, Instant since, Set<WebhookEvent> events) {
    String[] texts = events.stream().map(WebhookEvent::text).sorted().toArray(String[]::new);
    long last = mapper.findLastId(key);
    Instant now = clock.instant();
    audit.record(
        actor,
        "webhook.replay",
        subject(key),
        Map.of("since", since.toString(), "events", String.join(",", texts)));
    int replayed = 0;
    long after = 0;
    while (true) {
      Portion portion = mapper.replaySince(key, since, texts, after, last, PORTION, now);
      if (portion == null) {
        return replayed;
      }
      replayed += portion.rows();
      after = portion.last();
    }
  }

  static String subject(String key) {
    return "key/" + key;
  }
}
