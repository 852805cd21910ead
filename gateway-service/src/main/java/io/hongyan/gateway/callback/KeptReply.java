package io.hongyan.gateway.callback;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a run of the handler came to, as it is kept for WeChat's retries.
 *
 * @param reply null = nothing is said to the follower
 */
record KeptReply(Result result, @Nullable PassiveReply reply) {

  private static final Logger log = LoggerFactory.getLogger(KeptReply.class);
  // Another gateway may be of another version.
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /** How a run ended. */
  enum Result {
    /** The handler gave a reply. */
    REPLIED,
    /** The handler has nothing to say. */
    NOTHING,
    /** The handler failed or took too long; the reply, if any, is the default one. */
    FAILED;

    /** As it stands in {@code callback_log} and in metrics. */
    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What WeChat is answered. */
  Answer answer() {
    return reply == null ? new Answer.Nothing() : new Answer.Replied(reply);
  }

  /** The reply as JSON; null if there is none. */
  @Nullable String replyJson() {
    return reply == null ? null : JSON.writeValueAsString(reply);
  }

  /** As it stands in Redis. */
  String encode() {
    return JSON.writeValueAsString(this);
  }

  /** Reads {@link #encode()}; empty if it is not one, e.g. from a version that knows more. */
  static Optional<KeptReply> decode(String text) {
    try {
      KeptReply kept = JSON.readValue(text, KeptReply.class);
      return kept == null || kept.result() == null ? Optional.empty() : Optional.of(kept);
    } catch (JacksonException e) {
      log.warn("a kept reply cannot be read, nothing is answered cause={}", e.getOriginalMessage());
      return Optional.empty();
    }
  }
}
