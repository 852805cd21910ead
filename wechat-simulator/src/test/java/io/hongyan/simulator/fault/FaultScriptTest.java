package io.hongyan.simulator.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FaultScriptTest {

  private static final Fault BUSY = new Fault.Errcode(-1, false);
  private static final Fault CLOSE = new Fault.CloseSocket(false);

  private final FaultScript script = new FaultScript();

  @Test
  void afterCountsEveryMatchingRequestFromWhenTheRuleWasSet() {
    script.append(
        List.of(
            new FaultRule("/send", null, 0, 2, BUSY), new FaultRule("/send", null, 3, 1, CLOSE)));

    assertThat(script.next("/send", "wx1")).isEqualTo(BUSY);
    assertThat(script.next("/other", "wx1")).isNull();
    assertThat(script.next("/send", null)).isEqualTo(BUSY);
    assertThat(script.next("/send", "wx1")).isNull();
    assertThat(script.next("/send", "wx1")).isEqualTo(CLOSE);
    assertThat(script.next("/send", "wx1")).isNull();
  }

  @Test
  void aRuleForAnAccountLetsPassWhatNamesNone() {
    script.append(List.of(new FaultRule(null, "wx1", 0, FaultRule.ALWAYS, BUSY)));

    assertThat(script.next("/send", null)).isNull();
    assertThat(script.next("/send", "wx2")).isNull();
    assertThat(script.next("/send", "wx1")).isEqualTo(BUSY);
  }

  @Test
  void clearingEndsThemAll() {
    script.append(List.of(new FaultRule(null, null, 0, FaultRule.ALWAYS, BUSY)));

    script.clear();

    assertThat(script.next("/send", null)).isNull();
  }
}
