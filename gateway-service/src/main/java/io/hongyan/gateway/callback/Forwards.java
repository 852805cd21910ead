package io.hongyan.gateway.callback;

import io.hongyan.gateway.callback.AccountReplies.Target;
import io.hongyan.gateway.callback.KeptReply.Result;
import io.hongyan.gateway.webhook.SignedPost;
import io.hongyan.gateway.webhook.SignedPost.Response;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks an account's internal system what a follower is answered. A system that is slow uses up its
 * account's share of waiting messages and no other's. Thread-safe.
 */
@Component
class Forwards {

  private static final Logger log = LoggerFactory.getLogger(Forwards.class);
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  // A newer internal system may say more than we know of.
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final SignedPost post;
  private final ReplyProperties properties;
  private final MeterRegistry meters;
  private final ConcurrentMap<String, Semaphore> places = new ConcurrentHashMap<>();
  private final Set<String> failing = ConcurrentHashMap.newKeySet();

  Forwards(SignedPost post, ReplyProperties properties, MeterRegistry meters) {
    this.post = post;
    this.properties = properties;
    this.meters = meters;
  }

  /**
   * Posts the message once and waits for the answer, {@code hongyan.reply.forward-timeout} at most.
   * Whatever goes wrong is {@link Result#FAILED}, without a reply.
   */
  KeptReply ask(Target target, WeChatMessage message) throws InterruptedException {
    String account = message.account();
    Semaphore free =
        places.computeIfAbsent(account, id -> new Semaphore(properties.forwardsAtOnce()));
    if (!free.tryAcquire()) {
      return failed(account, "busy", "too many messages wait for its answer");
    }
    try {
      return ended(account, exchange(target, message));
    } catch (IOException | InvalidReplyException | IllegalStateException e) {
      return failed(account, "failed", e.toString());
    } catch (IllegalArgumentException e) {
      // About the secret, whose text stays out of the log.
      return failed(account, "failed", "the post cannot be signed or addressed");
    } finally {
      free.release();
    }
  }

  private KeptReply exchange(Target target, WeChatMessage message)
      throws IOException, InterruptedException, InvalidReplyException {
    String id = ReplyStore.hash(message.account() + "|" + message.key());
    Duration timeout = properties.forwardTimeout();
    Response response =
        post.post(
            target.url(),
            target.secret(),
            id,
            Map.of("Idempotency-Key", id),
            JSON.writeValueAsBytes(Body.of(message)),
            timeout);
    if (response.status() == NO_CONTENT || response.status() == OK && response.body().length == 0) {
      return new KeptReply(Result.NOTHING, null);
    }
    if (response.status() != OK) {
      throw new InvalidReplyException("status " + response.status());
    }
    return new KeptReply(Result.REPLIED, read(response.body()));
  }

  private static PassiveReply read(byte[] body) throws InvalidReplyException {
    try {
      @Nullable ReplyDraft draft = JSON.readValue(body, ReplyDraft.class);
      if (draft == null) {
        throw new InvalidReplyException("its answer is null");
      }
      return draft.check();
    } catch (JacksonException e) {
      // Its message would quote what may be a follower's.
      throw new InvalidReplyException("its answer is not the JSON of a reply");
    }
  }

  private KeptReply ended(String account, KeptReply reply) {
    count(reply.result().text());
    if (failing.remove(account)) {
      log.info("internal system answers again account={}", account);
    }
    return reply;
  }

  private KeptReply failed(String account, String result, String cause) {
    count(result);
    // One line for each time that it begins to fail, not one for each message.
    if (failing.add(account)) {
      log.warn(
          "internal system failed to answer, the default reply goes out account={} cause=\"{}\"",
          account,
          cause);
    }
    return new KeptReply(Result.FAILED, null);
  }

  private void count(String result) {
    meters.counter("hongyan.callback.forwards", "result", result).increment();
  }

  /**
   * What is posted.
   *
   * @param msgId as text, for many readers of JSON cannot hold 64 bits
   */
  private record Body(
      String account,
      String openid,
      String type,
      @Nullable String event,
      @Nullable String eventKey,
      @Nullable String msgId,
      String createdAt,
      @Nullable String content,
      Map<String, String> fields) {

    static Body of(WeChatMessage message) {
      Long msgId = message.msgId();
      return new Body(
          message.account(),
          message.fromUser(),
          message.type(),
          message.event(),
          message.eventKey(),
          msgId == null ? null : String.valueOf(msgId),
          message.createTime().toString(),
          message.content(),
          message.fields());
    }
  }
}
