package io.hongyan.gateway.senders;

import io.hongyan.common.wechat.WeChatError;
import io.hongyan.gateway.web.ProblemException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.springframework.http.HttpStatus;

/** The answers to calls that a sender could not fulfil; scripts may rely on the problem names. */
public final class SenderProblems {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
  private static final String AWAY = "sender-away";
  private static final String NO_ANSWER = "sender-no-answer";
  private static final String WECHAT_AWAY = "wechat-away";
  private static final String UNEXPECTED = "sender-answer";

  private SenderProblems() {}

  /** Whether WeChat may have done what was asked, although the call failed with this problem. */
  public static boolean leaveDoubt(ProblemException problem) {
    return Set.of(NO_ANSWER, WECHAT_AWAY, UNEXPECTED).contains(problem.name());
  }

  /** 503: nothing was done. */
  static ProblemException away() {
    return new ProblemException(
            HttpStatus.SERVICE_UNAVAILABLE,
            AWAY,
            "No sender answers",
            "No sender answers, and only senders talk to WeChat; try again. If it stays so, see that one runs and that HONGYAN_SENDER_URL names it")
        .retryAfter(RETRY_AFTER);
  }

  /** 503: without Retry-After, as a person should look first. */
  static ProblemException noAnswer() {
    return new ProblemException(
        HttpStatus.SERVICE_UNAVAILABLE,
        NO_ANSWER,
        "The sender's answer did not come",
        "A sender took the call, but its answer did not come: WeChat may have done it or not. Look there before trying again");
  }

  /** 503: the sender is there, and cannot do it. */
  static ProblemException weChatAway(SenderCalls.Away away, boolean repeatable) {
    String what = Objects.requireNonNullElse(away.error(), "something it needs is away");
    return new ProblemException(
            HttpStatus.SERVICE_UNAVAILABLE,
            WECHAT_AWAY,
            "The sender cannot do it now",
            "The sender cannot do it now: %s. %s"
                .formatted(
                    what,
                    repeatable
                        ? "Try again"
                        : "WeChat may have done it or not; look there before trying again"))
        .retryAfter(RETRY_AFTER);
  }

  /** 502: a person must correct the settings. */
  static ProblemException credentialRefused() {
    return new ProblemException(
        HttpStatus.BAD_GATEWAY,
        "sender-refuses",
        "The sender refuses the gateway",
        "The sender does not know this gateway's credential; start both with the same HONGYAN_MASTER_KEY");
  }

  /** 502: not a sender, or not of this version. */
  static ProblemException unexpected() {
    return new ProblemException(
        HttpStatus.BAD_GATEWAY,
        UNEXPECTED,
        "The sender's answer cannot be read",
        "What answers at HONGYAN_SENDER_URL is no sender of this version; the gateway's log has the address");
  }

  /** 404: it was registered a moment ago, and senders hear of it within seconds. */
  static ProblemException accountUnknown(String account) {
    return ProblemException.notFound(
        "The sender knows no account '%s' yet; try again in a few seconds".formatted(account));
  }

  /** 422: WeChat's own words, and what to do about them. */
  static ProblemException refused(SenderCalls.Refusal refusal) {
    String errmsg = Objects.requireNonNullElse(refusal.errmsg(), "");
    String advice = advice(refusal.errcode());
    return new ProblemException(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "wechat-refused",
            "WeChat refused",
            "WeChat refused with errcode %d (%s). %s".formatted(refusal.errcode(), errmsg, advice))
        .with("errcode", refusal.errcode())
        .with("errmsg", errmsg)
        .with("advice", advice);
  }

  private static String advice(int errcode) {
    return WeChatError.of(errcode)
        .map(SenderProblems::advice)
        .orElse("Unknown to this program; look at errmsg and its rid");
  }

  // The table speaks to somebody whose message was refused; here nothing was sent.
  private static String advice(WeChatError error) {
    return switch (error) {
      case BUSY -> "WeChat is busy; try again in a minute";
      case INVALID_APPID ->
          "The appid is wrong or another account's; PUT the account with the right appId and appSecret";
      case DAILY_QUOTA ->
          "The day's calls of this kind are used up; WeChat counts anew tomorrow (Asia/Shanghai)";
      case MINUTE_QUOTA -> "Too many calls of this kind within a minute; try again in a minute";
      default -> error.adviceEn();
    };
  }
}
