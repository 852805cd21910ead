package io.hongyan.gateway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.Lane;
import io.hongyan.common.message.MessageId;
import io.hongyan.common.message.Topology;
import io.hongyan.gateway.batch.BatchAccepted;
import io.hongyan.test.TestServers;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The whole gateway releases what was accepted, with nothing but the rows and the event. */
@SpringBootTest(properties = "hongyan.release.idle-poll=30s")
class ReleaseEndToEndIT {

  @Autowired private JdbcClient jdbc;
  @Autowired private ApplicationEventPublisher events;
  @Autowired private ConnectionFactory connectionFactory;

  @DynamicPropertySource
  static void servers(DynamicPropertyRegistry registry) {
    TestServers.get().environment().forEach((name, value) -> registry.add(name, () -> value));
    // By its property name: where the variable is set, Spring reads that first.
    registry.add("hongyan.rabbitmq.url", TestServers.get()::rabbitUrl);
  }

  @BeforeEach
  void account() {
    jdbc.sql(
            """
            insert into account (id, name, app_id, app_secret) values ('rel-e2e', 'Mall', 'wx1', '\\x00')
            on conflict do nothing""")
        .update();
  }

  @Test
  void anAcceptedBatchIsReleasedAtOnceAndDoneWithItsLastOutcome() throws Exception {
    BatchId batch = new NewBatch(jdbc, "rel-e2e", 1).urgent().insert();

    events.publishEvent(new BatchAccepted("rel-e2e", Lane.URGENT));

    GetResponse response = awaitMessage();
    assertThat(response.getProps().getMessageId()).isEqualTo(new MessageId(batch, 1).toString());
    assertThat(response.getProps().getDeliveryMode()).isEqualTo(2);
    assertThat(response.getProps().getContentType()).isEqualTo("application/json");
    await()
        .atMost(Duration.ofSeconds(2))
        .untilAsserted(() -> assertThat(state(batch)).isEqualTo("released"));
  }

  @Test
  void anUrgentMessageWaitsForNoBulkBatch() throws Exception {
    BatchId bulk = new NewBatch(jdbc, "rel-e2e", 5000).insert();
    events.publishEvent(new BatchAccepted("rel-e2e", Lane.NORMAL));
    await().until(() -> released(bulk) > 0);

    Instant began = Instant.now();
    new NewBatch(jdbc, "rel-e2e", 1).urgent().insert();
    events.publishEvent(new BatchAccepted("rel-e2e", Lane.URGENT));
    awaitMessage();

    assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(1));
    await().untilAsserted(() -> assertThat(state(bulk)).isEqualTo("released"));
  }

  private int released(BatchId batch) {
    return jdbc.sql("select released_to from batch where id = ?")
        .param(batch.value())
        .query(Integer.class)
        .single();
  }

  private GetResponse awaitMessage() throws Exception {
    try (Connection connection = connectionFactory.newConnection();
        Channel channel = connection.createChannel()) {
      Topology.declareShared(channel);
      Topology.declareAccount(channel, "rel-e2e");
      return await()
          .atMost(Duration.ofSeconds(5))
          .until(
              () -> channel.basicGet(Topology.sendQueue("rel-e2e", Lane.URGENT), true),
              message -> message != null);
    }
  }

  private String state(BatchId batch) {
    return jdbc.sql("select state from batch where id = ?")
        .param(batch.value())
        .query(String.class)
        .single();
  }
}
