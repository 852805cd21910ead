package io.hongyan.gateway.inbox;

import static io.hongyan.gateway.inbox.People.newUid;
import static io.hongyan.gateway.inbox.People.publish;
import static io.hongyan.gateway.inbox.People.unread;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.network.FaultyProxy;
import io.hongyan.test.TestServers;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The inbox while Redis or the database is away. */
class InboxOutageIT {

  private static final String ACCOUNT = "inbox-outage";
  private static final Duration SOON = Duration.ofSeconds(30);

  private final String person = newUid();

  @BeforeAll
  static void createAccount() {
    RunningGateway.shared().createAccount(ACCOUNT);
  }

  @Test
  void withoutRedisTheMemoryKeepsTheInterval() {
    URI redis = URI.create(TestServers.get().redisUrl());
    try (FaultyProxy proxy = new FaultyProxy(redis.getHost(), redis.getPort())) {
      proxy.cut();
      try (RunningGateway gateway =
          RunningGateway.start(Map.of("HONGYAN_REDIS_URL", "redis://127.0.0.1:" + proxy.port()))) {
        publish(gateway, ACCOUNT, "Without Redis");

        assertThat(People.active(gateway, person)).isEqualTo("synced");
        await().atMost(SOON).until(() -> People.active(gateway, person), "recent"::equals);
        int unread = unread(gateway, person, ACCOUNT);
        assertThat(unread).isPositive();
        assertThat(unread(RunningGateway.shared(), person, ACCOUNT)).isEqualTo(unread);

        proxy.restore();
        String another = newUid();
        await()
            .atMost(SOON)
            .until(
                () -> {
                  People.active(gateway, another);
                  return People.active(RunningGateway.shared(), another);
                },
                "recent"::equals);
      }
    }
  }

  @Test
  void aSyncThatTheDatabaseDidNotTakeIsMadeAgain() {
    URI database = URI.create(TestServers.get().databaseUrl().substring("jdbc:".length()));
    try (FaultyProxy proxy = new FaultyProxy(database.getHost(), database.getPort())) {
      String url =
          TestServers.get()
              .databaseUrl()
              .replace(database.getHost() + ":" + database.getPort(), "127.0.0.1:" + proxy.port());
      try (RunningGateway gateway = RunningGateway.start(Map.of("HONGYAN_DATABASE_URL", url))) {
        publish(RunningGateway.shared(), ACCOUNT, "While it is away");
        proxy.cut();
        assertThat(
                gateway.admin("POST", "/v1/inbox/users/%s/active".formatted(person), null).status())
            .isEqualTo(503);
        proxy.restore();

        // Nobody counts as synced, and no lock is left over: another gateway can do it now.
        assertThat(People.active(RunningGateway.shared(), person)).isEqualTo("synced");
        await()
            .atMost(SOON)
            .until(
                () -> Database.count("inbox_copy where uid = '%s'".formatted(person)),
                copies -> copies > 0);
      }
    }
  }
}
