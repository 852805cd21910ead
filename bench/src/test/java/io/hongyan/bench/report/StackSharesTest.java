package io.hongyan.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StackSharesTest {

  @Test
  void theFrameNearestToTheTopThatIsSomebodysCounts() {
    Map<String, Double> percent =
        StackShares.of(
                List.of(
                    "java/lang/Thread.run;io/hongyan/sender/Delivery.deliver;org/apache/hc/Client.execute;java/net/Socket.write 60",
                    "java/lang/Thread.run;io/hongyan/sender/Delivery.deliver;java/util/ArrayList.add 30",
                    "start_thread;JavaThread::run;CompileBroker::compiler_thread_loop 10"))
            .percent();

    assertThat(percent)
        .containsExactly(
            Map.entry("Apache HttpClient", 60.0),
            Map.entry("Hongyan's own code", 30.0),
            Map.entry("JIT compiler, garbage collector, other JVM threads", 10.0));
  }
}
