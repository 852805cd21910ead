package io.hongyan.sender.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.message.OutcomeClass;
import io.hongyan.common.wechat.WeChatError;
import io.hongyan.sender.delivery.Outcome.Accepted;
import io.hongyan.sender.delivery.Outcome.AccountStopped;
import io.hongyan.sender.delivery.Outcome.Doubtful;
import io.hongyan.sender.delivery.Outcome.Refused;
import io.hongyan.sender.delivery.Outcome.Retryable;
import io.hongyan.sender.delivery.Outcome.Stop;
import io.hongyan.sender.delivery.Outcome.TokenRefused;
import io.hongyan.sender.wechat.WeChatClients;
import io.hongyan.sender.wechat.WeChatReply;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of design section 9, code by code. */
class OutcomeClassifierTest {

  // Written out here, not taken from the table, so that a change of the table must be made twice.
  private static final Set<Integer> TOKEN = Set.of(40001, 40014, 41001, 42001);
  private static final Set<Integer> GATE =
      Set.of(
          40125, 40164, 40243, 41002, 41004, 43003, 45103, 48001, 48004, 48017, 50001, 50002, 50004,
          50007, 61004, 61007, 89503, 89506, 89507);
  private static final Set<Integer> RECIPIENT = Set.of(40003, 43004, 43019, 43101, 50005);
  private static final Set<Integer> TEMPLATE = Set.of(40037, 43116, 48011);

  private final OutcomeClassifier classifier = new OutcomeClassifier();

  @Test
  void zeroIsAcceptedWithItsMsgid() {
    long beyondDoubles = 3_599_307_433_715_204_104L;

    Outcome outcome = classifier.classify(new WeChatReply(200, 0, "ok", beyondDoubles, 5), false);

    assertThat(outcome).isEqualTo(new Accepted(beyondDoubles));
  }

  @ParameterizedTest
  @EnumSource(WeChatError.class)
  void everyKnownCodeDoesWhatTheContractSays(WeChatError error) {
    int code = error.code();

    Outcome outcome = classify(code, false);

    if (TOKEN.contains(code)) {
      assertThat(outcome).isEqualTo(new TokenRefused(code, "errmsg rid: 1-2-3"));
    } else if (GATE.contains(code)) {
      assertThat(outcome).isEqualTo(stopped(Stop.UNTIL_RESUMED, code));
    } else if (code == 45009) {
      assertThat(outcome).isEqualTo(stopped(Stop.DAY, code));
    } else if (code == 45011) {
      assertThat(outcome).isEqualTo(stopped(Stop.MINUTE, code));
    } else if (code == -1) {
      assertThat(outcome).isEqualTo(retryable(error, 3, OutcomeClass.EXHAUSTED));
    } else if (code == 43117) {
      assertThat(outcome).isEqualTo(retryable(error, 3, OutcomeClass.RECIPIENT));
    } else {
      OutcomeClass expected =
          RECIPIENT.contains(code) || code == 40241
              ? OutcomeClass.RECIPIENT
              : TEMPLATE.contains(code) ? OutcomeClass.TEMPLATE : OutcomeClass.REQUEST;
      assertThat(outcome)
          .isEqualTo(new Refused(expected, code, "errmsg rid: 1-2-3", error.adviceEn()));
    }
  }

  @Test
  void aRepeatWithin60SecondsIsASuccessOnlyIfAnEarlierAttemptMayHaveBeenAccepted() {
    assertThat(classify(40241, true)).isEqualTo(new Accepted(null));
    assertThat(classify(40241, false)).isInstanceOf(Refused.class);
  }

  @Test
  void anUnknownCodeGetsOneMoreTryThenFailsAsRequestWithItsRid() {
    Outcome outcome = classify(99_999, false);

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Retryable.class,
            retryable -> {
              assertThat(retryable.maxTries()).isEqualTo(1);
              assertThat(retryable.outcomeClass()).isEqualTo(OutcomeClass.REQUEST);
              assertThat(retryable.errcode()).isEqualTo(99_999);
              assertThat(retryable.errmsg()).contains("rid: 1-2-3");
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {503})
  void aBusyFrontDidNotTakeIt(int status) {
    Outcome outcome = classifier.classify(unreadable(status), true);

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Retryable.class,
            retryable -> {
              assertThat(retryable.maxTries()).isEqualTo(3);
              assertThat(retryable.outcomeClass()).isEqualTo(OutcomeClass.EXHAUSTED);
              assertThat(retryable.errcode()).isNull();
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 302, 404, 412, 429, 500, 502, 504})
  void anyOtherAnswerThatIsNotWeChatsLeavesItInDoubt(int status) {
    assertThat(classifier.classify(unreadable(status), false)).isInstanceOf(Doubtful.class);
  }

  @ParameterizedTest
  @CsvSource({"timeout", "'unexpected end of stream'"})
  void noAnswerLeavesItInDoubt(String text) {
    assertThat(classifier.classify(new InterruptedIOException(text))).isInstanceOf(Doubtful.class);
    assertThat(classifier.classify(new SocketException(text))).isInstanceOf(Doubtful.class);
    assertThat(classifier.classify(new IOException(text))).isInstanceOf(Doubtful.class);
  }

  @Test
  void aConnectionThatWasNeverMadeIsTriedAgain() {
    Outcome outcome = classifier.classify(WeChatClients.notSent());

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Retryable.class,
            retryable -> assertThat(retryable.outcomeClass()).isEqualTo(OutcomeClass.EXHAUSTED));
  }

  private Outcome classify(int errcode, boolean mayHaveBeenAccepted) {
    return classifier.classify(
        new WeChatReply(200, errcode, "errmsg rid: 1-2-3", null, 5), mayHaveBeenAccepted);
  }

  private static AccountStopped stopped(Stop stop, int code) {
    return new AccountStopped(stop, code, "errmsg rid: 1-2-3");
  }

  private static Retryable retryable(WeChatError error, int tries, OutcomeClass outcomeClass) {
    return new Retryable(error.code(), "errmsg rid: 1-2-3", tries, outcomeClass, error.adviceEn());
  }

  private static WeChatReply unreadable(int status) {
    @Nullable Integer noErrcode = null;
    return new WeChatReply(status, noErrcode, "<html>", null, 5);
  }
}
