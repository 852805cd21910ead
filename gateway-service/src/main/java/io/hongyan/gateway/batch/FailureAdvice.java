package io.hongyan.gateway.batch;

import io.hongyan.common.message.OutcomeClass;
import io.hongyan.common.wechat.WeChatError;
import org.jspecify.annotations.Nullable;

/**
 * What to do about a failure, in English and Chinese: by WeChat's error code where there is one,
 * else what the recorder wrote, and by class in Chinese.
 */
public record FailureAdvice(String english, String chinese) {

  /** For messages that were not sent because their person has unfollowed. */
  public static final FailureAdvice UNSUBSCRIBED =
      new FailureAdvice(
          "The person has unfollowed the account, so no call was made; it becomes possible again when the person follows",
          "该用户已取消关注，未调用微信；重新关注后可再发送");

  /**
   * Never null; unknown codes are explained by class.
   *
   * @param recorded what the recorder of the failure wrote
   */
  public static FailureAdvice of(String outcomeClass, @Nullable Integer errcode, String recorded) {
    // Uncertain, cancelled and expired say more than the code of the attempt before.
    OutcomeClass known = OutcomeClass.ofText(outcomeClass);
    boolean byClass =
        known == OutcomeClass.UNCERTAIN
            || known == OutcomeClass.CANCELLED
            || known == OutcomeClass.EXPIRED;
    if (errcode != null && !byClass) {
      return WeChatError.of(errcode)
          .map(error -> new FailureAdvice(error.adviceEn(), error.adviceZh()))
          .orElseGet(() -> new FailureAdvice(recorded, chinese(known)));
    }
    return recorded.equals(UNSUBSCRIBED.english)
        ? UNSUBSCRIBED
        : new FailureAdvice(recorded, chinese(known));
  }

  private static String chinese(OutcomeClass outcomeClass) {
    return switch (outcomeClass) {
      case RECIPIENT -> "该用户无法收到此消息，请改用其他渠道";
      case TEMPLATE -> "模板不可用，请检查模板后重试";
      case ACCOUNT -> "公众号暂时不能发送，请检查账号后重试";
      case REQUEST -> "请求有误，请凭 errmsg 中的 rid 排查";
      case EXHAUSTED -> "微信一直繁忙或无法连接，可稍后重试";
      case UNCERTAIN -> "微信可能已接收，请人工确认后再决定是否重发";
      case CANCELLED -> "发送前已取消，如仍需要请重新提交";
      case EXPIRED -> "超过 expireAt 未发送，仍需要时请重新提交";
    };
  }
}
