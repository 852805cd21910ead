package io.hongyan.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.wechat.WeChatError;
import org.junit.jupiter.api.Test;

class FailureAdviceTest {

  @Test
  void aKnownErrcodeHasAdviceInTwoLanguages() {
    FailureAdvice advice = FailureAdvice.of("recipient", 43004, "recorded");

    assertThat(advice.english()).isEqualTo(WeChatError.NOT_A_FOLLOWER.adviceEn());
    assertThat(advice.chinese()).isEqualTo(WeChatError.NOT_A_FOLLOWER.adviceZh());
  }

  @Test
  void withoutACodeTheRecordedAdviceAndTheClassSpeak() {
    FailureAdvice advice = FailureAdvice.of("expired", null, "recorded");

    assertThat(advice.english()).isEqualTo("recorded");
    assertThat(advice.chinese()).contains("expireAt");
  }

  @Test
  void doubtCountsMoreThanTheLastCode() {
    FailureAdvice advice = FailureAdvice.of("uncertain", 43004, "a person decides");

    assertThat(advice.english()).isEqualTo("a person decides");
    assertThat(advice.chinese()).contains("人工确认");
  }
}
