package io.hongyan.common.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One message on the queue: everything the sender needs to call WeChat and to record what happened.
 *
 * @param template the caller's template id, for the record
 * @param wechatTemplateId WeChat's template id, for the call
 * @param ref the caller's own reference, given back in every report
 * @param expireAt after this moment the message is not sent any more
 * @param tries attempts that used up a try; kept in the body so that a lost header never resets it
 * @param attempts calls made to WeChat so far
 * @param lookedAgain an attempt is in doubt and older than the doubt window, and its sender was
 *     given time to record what it knows
 */
public record PushMessage(
    MessageId id,
    String account,
    String template,
    String wechatTemplateId,
    String openid,
    @Nullable String ref,
    @Nullable String url,
    @Nullable MiniProgram miniprogram,
    Map<String, TemplateValue> data,
    @Nullable Instant expireAt,
    int tries,
    int attempts,
    boolean lookedAgain) {

  /** What stands in place of an erased person's openid, in every table. No recipient has it. */
  public static final String ERASED_OPENID = "erased";

  /** The same message after one more call, with one try used or not. */
  public PushMessage afterAttempt(boolean tryUsed) {
    return with(tries + (tryUsed ? 1 : 0), attempts + 1, lookedAgain);
  }

  /** The same message, about to be looked at a last time before it is recorded as uncertain. */
  public PushMessage lookAgain() {
    return with(tries, attempts, true);
  }

  private PushMessage with(int newTries, int newAttempts, boolean newLookedAgain) {
    return new PushMessage(
        id,
        account,
        template,
        wechatTemplateId,
        openid,
        ref,
        url,
        miniprogram,
        data,
        expireAt,
        newTries,
        newAttempts,
        newLookedAgain);
  }

  /** Where a tap leads inside a mini program; wins over {@code url}. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record MiniProgram(String appid, @Nullable String pagepath) {}

  /** A field's value; WeChat has ignored the colour since 2023-05-04 but still accepts it. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record TemplateValue(String value, @Nullable String color) {}
}
