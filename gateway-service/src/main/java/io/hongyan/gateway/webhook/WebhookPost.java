package io.hongyan.gateway.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hongyan.common.secret.Secret;
import io.hongyan.gateway.webhook.PostOutcome.Delivered;
import io.hongyan.gateway.webhook.PostOutcome.Refused;
import io.hongyan.gateway.webhook.PostOutcome.Unanswered;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Tries to post one delivery, and counts what became of it. Thread-safe. */
@Component
class WebhookPost {

  private static final Logger log = LoggerFactory.getLogger(WebhookPost.class);
  private static final int LONGEST_ERROR = 200;

  private final SignedPost post;
  private final Duration timeout;
  private final Counter delivered;
  private final Counter refused;
  private final Counter unanswered;

  WebhookPost(SignedPost post, WebhookProperties properties, MeterRegistry meters) {
    this.post = post;
    this.timeout = properties.timeout();
    this.delivered = counter(meters, "delivered");
    this.refused = counter(meters, "refused");
    this.unanswered = counter(meters, "unanswered");
  }

  private static Counter counter(MeterRegistry meters, String result) {
    return Counter.builder("hongyan.webhook.posts")
        .description("Tries to post to a webhook")
        .tag("result", result)
        .register(meters);
  }

  /**
   * Posts once; may be repeated, as the receiver knows the delivery by its id.
   *
   * @throws InterruptedException if the gateway stops; the receiver may have it
   */
  PostOutcome attempt(String url, Secret secret, DueDelivery delivery, byte[] body)
      throws InterruptedException {
    String id = new DeliveryId(delivery.id()).toString();
    try {
      int status = post.postForStatus(URI.create(url), secret, id, body, timeout);
      if (status / 100 == 2) {
        delivered.increment();
        return new Delivered(status);
      }
      refused.increment();
      return new Refused(status);
    } catch (IOException e) {
      unanswered.increment();
      return new Unanswered(shortened(e));
    } catch (RuntimeException e) {
      log.error("webhook not posted, tried again later delivery={}", id, e);
      unanswered.increment();
      return new Unanswered("the gateway failed");
    }
  }

  // It may quote what a receiver sent, which need not be text that PostgreSQL can store.
  static String shortened(IOException failure) {
    String message = failure.getMessage();
    String text =
        message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    String shown = text.substring(0, Math.min(LONGEST_ERROR, text.length()));
    String wellFormed = new String(shown.getBytes(UTF_8), UTF_8);
    return wellFormed.replaceAll("\\p{Cntrl}", "?");
  }
}
