package io.hongyan.gateway.webhook;

import io.hongyan.common.secret.Secret;
import io.hongyan.common.secret.UnreadableSecretException;
import io.hongyan.gateway.loop.WorkLoop;
import io.hongyan.gateway.web.DatabaseAway;
import io.hongyan.gateway.webhook.PostOutcome.Void;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Posts due deliveries as long as the gateway runs: claims them for itself, posts each in a virtual
 * thread, and stores what became of it. At least once: after a crash between an answer and its
 * commit, another gateway posts again, with the same id. Any number of gateways may run.
 */
@Component
@ConditionalOnBooleanProperty(name = "hongyan.webhook.enabled", matchIfMissing = true)
class WebhookSender implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(WebhookSender.class);
  private static final Duration STOP_WAIT = Duration.ofSeconds(5);
  // Rows that one statement ends well within the time it has.
  private static final int PORTION = 10_000;

  private final DeliveryMapper mapper;
  private final DeliveryContents contents;
  private final WebhookSecrets secrets;
  private final WebhookPost post;
  private final TriesRecorder recorder;
  private final TransactionOperations transactions;
  private final WebhookProperties properties;
  private final Clock clock;
  private final String gateway =
      "%d-%s".formatted(ProcessHandle.current().pid(), UUID.randomUUID());
  // What the posts' threads hand back.
  private final Queue<TriedDelivery> ended = new ConcurrentLinkedQueue<>();
  private final ExecutorService posts =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("webhook-post-", 0).factory());
  private final WorkLoop loop;

  // The loop's own from here on.
  private final List<TriedDelivery> unrecorded = new ArrayList<>();
  private final Map<String, Integer> underWay = new HashMap<>();
  private final Set<String> stuck = new HashSet<>();
  private int turn;

  WebhookSender(
      DeliveryMapper mapper,
      DeliveryContents contents,
      WebhookSecrets secrets,
      WebhookPost post,
      TriesRecorder recorder,
      TransactionOperations transactions,
      WebhookProperties properties,
      Clock clock) {
    this.mapper = mapper;
    this.contents = contents;
    this.secrets = secrets;
    this.post = post;
    this.recorder = recorder;
    this.transactions = transactions;
    this.properties = properties;
    this.clock = clock;
    this.loop = new WorkLoop("webhooks", this::round, properties.poll());
  }

  @Override
  public void start() {
    loop.start();
  }

  /** Lets posts under way end for a while; what is not recorded then is posted again. */
  @Override
  public void stop() {
    try {
      if (!loop.stop(STOP_WAIT)) {
        log.warn(
            "webhooks did not stop in time; posts under way are made again by another gateway");
        return;
      }
      posts.shutdown();
      if (!posts.awaitTermination(STOP_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("posts under way are broken off, they are made again by another gateway");
      }
      recordEnded();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.warn("last posts not recorded, they are made again cause={}", e.toString());
    } finally {
      posts.shutdownNow();
    }
  }

  @Override
  public boolean isRunning() {
    return loop.isRunning();
  }

  private Duration round() {
    // In this order: a slot is free once its try is recorded, so what the database does not take
    // stays bounded, and nothing that waits to be recorded is claimed again.
    recordEnded();
    return postDue() ? Duration.ZERO : properties.poll();
  }

  private void recordEnded() {
    for (TriedDelivery next = ended.poll(); next != null; next = ended.poll()) {
      unrecorded.add(next);
    }
    if (unrecorded.isEmpty()) {
      return;
    }
    try {
      recorder.record(gateway, unrecorded);
    } catch (RuntimeException e) {
      if (DatabaseAway.isCauseOf(e)) {
        throw e;
      }
      recordEach();
    }
    for (TriedDelivery tried : unrecorded) {
      underWay.merge(tried.delivery().apiKeyId(), -1, WebhookSender::sumOrGone);
    }
    unrecorded.clear();
  }

  /** One that cannot be recorded must not hold up all webhooks; its lease ends by itself. */
  private void recordEach() {
    for (TriedDelivery tried : unrecorded) {
      try {
        recorder.record(gateway, List.of(tried));
      } catch (RuntimeException e) {
        if (DatabaseAway.isCauseOf(e)) {
          throw e;
        }
        log.error(
            "try of a webhook delivery not recorded, it is posted again delivery={}",
            tried.delivery().id(),
            e);
      }
    }
  }

  private static @Nullable Integer sumOrGone(int count, int change) {
    return count + change == 0 ? null : (Integer) (count + change);
  }

  /** Whether there are more to end. */
  private boolean postDue() {
    List<DueWebhook> due = mapper.findDue(clock.instant());
    boolean moreToEnd = false;
    // Who is first takes what is free of all slots.
    int first = due.isEmpty() ? 0 : Math.floorMod(turn++, due.size());
    for (int i = 0; i < due.size() && loop.isRunning(); i++) {
      DueWebhook webhook = due.get((first + i) % due.size());
      try {
        moreToEnd |= serve(webhook);
        stuck.remove(webhook.apiKeyId());
      } catch (UnreadableSecretException e) {
        report(
            webhook,
            "its secret cannot be read; make a new one or bring back the master key it was stored under",
            e);
      } catch (RuntimeException e) {
        if (DatabaseAway.isCauseOf(e)) {
          throw e;
        }
        // Whatever is wrong with one must not hold up the others.
        report(webhook, "the gateway failed", e);
      }
    }
    return moreToEnd;
  }

  private void report(DueWebhook webhook, String why, Exception cause) {
    // Once, and not in each round.
    if (stuck.add(webhook.apiKeyId())) {
      log.error(
          "nothing is posted to a webhook, tried again api_key={} reason=\"{}\"",
          webhook.apiKeyId(),
          why,
          cause);
    }
  }

  private boolean serve(DueWebhook webhook) throws UnreadableSecretException {
    String over = webhook.ended();
    if (over != null) {
      return mapper.end(webhook.apiKeyId(), over, PORTION) == PORTION;
    }
    fillSlots(webhook);
    return false;
  }

  private void fillSlots(DueWebhook webhook) throws UnreadableSecretException {
    int free = freeSlots(webhook);
    String url = webhook.url();
    byte[] encrypted = webhook.secret();
    if (free <= 0 || url == null || encrypted == null) {
      return;
    }
    Secret secret = secrets.decrypt(webhook.apiKeyId(), encrypted);
    Claim claim =
        transactions.execute(
            transaction -> {
              Instant now = clock.instant();
              List<DueDelivery> claimed =
                  mapper.claim(
                      webhook.apiKeyId(), now, now.plus(properties.lease()), gateway, free);
              return new Claim(claimed, contents.of(claimed));
            });
    for (DueDelivery delivery : claim.deliveries()) {
      underWay.merge(delivery.apiKeyId(), 1, Integer::sum);
      posts.execute(() -> attempt(delivery, url, secret, claim.bodies().get(delivery.id())));
    }
  }

  /**
   * One that fails gets a single post at a time, so that its timeouts take no slots from others;
   * and each may have its first post however many are under way, so that slow ones stop nobody.
   */
  private int freeSlots(DueWebhook webhook) {
    int own = underWay.getOrDefault(webhook.apiKeyId(), 0);
    int all = underWay.values().stream().mapToInt(Integer::intValue).sum();
    int most = webhook.failing() ? 1 : properties.atOnce();
    int free = Math.min(most - own, properties.inAll() - all);
    return own == 0 ? Math.max(free, 1) : free;
  }

  private void attempt(DueDelivery delivery, String url, Secret secret, byte @Nullable [] body) {
    try {
      PostOutcome outcome = body == null ? new Void() : post.attempt(url, secret, delivery, body);
      ended.add(new TriedDelivery(delivery, url, outcome, clock.instant()));
      loop.wake(); // a slot that is free is filled at once
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the gateway stops
    }
  }

  /**
   * Deliveries taken in one transaction, with what to post.
   *
   * @param bodies by delivery; none where there is nothing to tell any more
   */
  private record Claim(List<DueDelivery> deliveries, Map<Long, byte[]> bodies) {}
}
