package io.hongyan.gateway.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the gateway does by itself at fixed times. */
class JobsIT {

  @Test
  void theGatewaysJobsRunAndAreNoted() {
    Map<String, String> settings =
        Map.of("hongyan.jobs.enabled", "true", "hongyan.jobs.poll", "50ms");
    try (RunningGateway one = RunningGateway.start(settings);
        RunningGateway two = RunningGateway.start(settings)) {
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          Database.rows(
                              """
                              select distinct job, result, remark <> '' as told, instance like 'gateway@%' as named
                              from scheduler_log where job in ('partitions', 'expired-keys', 'erasure-sweep')
                              order by job
                              """))
                      .containsExactly(
                          List.of("erasure-sweep", "done", "true", "true"),
                          List.of("expired-keys", "done", "true", "true"),
                          List.of("partitions", "done", "true", "true")));
    }
  }
}
