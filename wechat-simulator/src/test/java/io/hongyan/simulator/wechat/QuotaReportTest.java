package io.hongyan.simulator.wechat;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.simulator.callback.CallbackClient;
import io.hongyan.simulator.state.SimulatorState;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QuotaReportTest {

  @Test
  void knowsTheQuotaOfEveryPathThatIsServed() {
    Set<String> known = new HashSet<>(QuotaReport.DAILY_LIMITS.keySet());
    known.add(TemplateSendEndpoint.PATH);

    try (CallbackClient client = CallbackClient.start()) {
      assertThat(known)
          .isEqualTo(Endpoints.of(SimulatorState.empty(Clock.systemUTC(), client)).keySet());
    }
  }
}
