package io.hongyan.gateway.wechat;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.gateway.RunningGateway.Answer;

/** What a caller is told when WeChat refuses, or when nobody knows what became of the call. */
final class FailedCalls {

  private FailedCalls() {}

  /** The answer to a call that {@link StubSender#refuse} refused. */
  static void assertRefused(Answer answer, int errcode, String advice) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.problem()).isEqualTo("wechat-refused");
    assertThat(answer.json().get("errcode").intValue()).isEqualTo(errcode);
    assertThat(answer.json().get("errmsg").stringValue()).isEqualTo(StubSender.ERRMSG);
    assertThat(answer.json().get("advice").stringValue()).contains(advice);
  }

  /** The answer to a call that {@link StubSender#breakOff} broke off; it may have been done. */
  static void assertNoAnswer(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(503);
    assertThat(answer.problem()).isEqualTo("sender-no-answer");
  }
}
