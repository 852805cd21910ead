package io.hongyan.sender.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.wechat.WeChatError;
import io.hongyan.sender.delivery.Outcome.Accepted;
import io.hongyan.sender.delivery.Outcome.Doubtful;
import io.hongyan.sender.delivery.Outcome.Retryable;
import io.hongyan.sender.wechat.WeChatReply;
import java.util.Arrays;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** What holds for every answer, known code or not. */
class OutcomeClassifierPropertyTest {

  private static final int REPEAT_WITHIN_60_S = 40241;

  private final OutcomeClassifier classifier = new OutcomeClassifier();

  @Provide
  Arbitrary<Integer> errcodes() {
    return Arbitraries.oneOf(
        Arbitraries.of(Arrays.stream(WeChatError.values()).map(WeChatError::code).toList()),
        Arbitraries.just(0),
        Arbitraries.integers());
  }

  @Property
  void onlyZeroOrTheRepeatOfAnAttemptInDoubtIsAccepted(
      @ForAll("errcodes") int errcode,
      @ForAll boolean mayHaveBeenAccepted,
      @ForAll @Nullable String errmsg) {
    Outcome outcome =
        classifier.classify(new WeChatReply(200, errcode, errmsg, null, 1), mayHaveBeenAccepted);

    assertThat(outcome instanceof Accepted)
        .isEqualTo(errcode == 0 || (errcode == REPEAT_WITHIN_60_S && mayHaveBeenAccepted));
    assertThat(outcome).isNotInstanceOf(Doubtful.class);
  }

  @Property
  void withoutAnErrcodeEveryStatusBut503LeavesDoubt(
      @ForAll @IntRange(min = 100, max = 599) int status, @ForAll String shown) {
    Outcome outcome = classifier.classify(new WeChatReply(status, null, shown, null, 1), true);

    assertThat(outcome).isInstanceOf(status == 503 ? Retryable.class : Doubtful.class);
  }

  @Property
  void triesEndAndLevelsExist(
      @ForAll @IntRange(max = 100) int used, @ForAll @IntRange(max = 10) int most) {
    OptionalInt level = RetryPolicy.nextLevel(used, most);

    assertThat(level.isPresent()).isEqualTo(used < Math.min(most, RetryPolicy.MAX_TRIES));
    level.ifPresent(value -> assertThat(value).isBetween(1, RetryPolicy.MAX_TRIES));
  }
}
