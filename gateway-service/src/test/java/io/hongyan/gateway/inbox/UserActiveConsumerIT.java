package io.hongyan.gateway.inbox;

import static io.hongyan.gateway.inbox.People.newUid;
import static io.hongyan.gateway.inbox.People.publish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.hongyan.common.message.Topology;
import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Active-user events from the queue. */
class UserActiveConsumerIT {

  private static final RunningGateway GATEWAY = RunningGateway.shared();
  private static final String ACCOUNT = "inbox-events";
  private static final Duration SOON = Duration.ofSeconds(30);

  @BeforeAll
  static void createAccount() {
    GATEWAY.createAccount(ACCOUNT);
  }

  @Test
  void whoShowsUpIsSyncedOnceHoweverOften() throws Exception {
    publish(GATEWAY, ACCOUNT, "Hello");
    List<String> people = IntStream.range(0, 50).mapToObj(i -> newUid()).toList();

    try (Connection connection = GATEWAY.bean(ConnectionFactory.class).newConnection();
        Channel channel = connection.createChannel()) {
      publishEvent(channel, "no JSON");
      publishEvent(channel, "{\"uid\":\"not a uid\"}");
      for (int i = 0; i < 20; i++) {
        for (String uid : people) {
          publishEvent(channel, "{\"uid\":\"%s\",\"since\":%d}".formatted(uid, i));
        }
      }
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(channel.messageCount(Topology.USER_ACTIVE)).isZero());
    }

    String names = people.stream().map(uid -> "'" + uid + "'").collect(Collectors.joining(","));
    await()
        .atMost(SOON)
        .until(
            () ->
                Database.count(
                    "inbox_copy c join inbox_announcement a on a.id = c.id where a.account_id = '%s' and c.uid in (%s)"
                        .formatted(ACCOUNT, names)),
            copies -> copies == 50);
    assertThat(people)
        .allSatisfy(uid -> assertThat(People.active(GATEWAY, uid)).isNotEqualTo("synced"));
  }

  private static void publishEvent(Channel channel, String body) throws Exception {
    channel.basicPublish(
        "",
        Topology.USER_ACTIVE,
        new BasicProperties.Builder().deliveryMode(2).build(),
        body.getBytes(StandardCharsets.UTF_8));
  }
}
