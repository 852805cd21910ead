package io.hongyan.gateway.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.Lane;
import io.hongyan.common.message.PushMessage;
import io.hongyan.common.message.PushMessage.TemplateValue;
import io.hongyan.common.message.PushMessageCodec;
import io.hongyan.common.message.Topology;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The whole gateway releases what it accepted. */
class ReleaseEndToEndIT {

  private static final String RECIPIENT =
      "{\"openid\":\"oA1\",\"ref\":\"order-991\",\"data\":{\"thing1\":\"耳机\",\"amount2\":{\"value\":\"¥39.80\",\"color\":\"#173177\"}}}";

  private final RunningGateway gateway = RunningGateway.shared();
  private final JdbcClient jdbc = JdbcClient.create(gateway.bean(DataSource.class));
  private String account;
  private Connection broker;
  private Channel channel;

  @BeforeEach
  void setUp() throws Exception {
    account = "rel-" + BatchId.create().toString().toLowerCase(Locale.ROOT);
    gateway.createAccount(account);
    broker = gateway.bean(ConnectionFactory.class).newConnection("release tests");
    channel = broker.createChannel();
    Topology.declareShared(channel);
    Topology.declareAccount(channel, account);
  }

  @AfterEach
  void close() throws Exception {
    broker.close();
  }

  @Test
  void anAcceptedMessageReachesItsQueueAtOnce() throws Exception {
    Instant began = Instant.now();
    BatchId batch = submit("urgent");
    GetResponse queued = awaitMessage(Lane.URGENT);

    assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(2));
    assertThat(queued.getProps().getMessageId()).isEqualTo(batch + "-1");
    assertThat(queued.getProps().getDeliveryMode()).isEqualTo(2);
    assertThat(queued.getProps().getContentType()).isEqualTo("application/json");
    PushMessage message = new PushMessageCodec().decode(queued.getBody());
    assertThat(message.openid()).isEqualTo("oA1");
    assertThat(message.ref()).isEqualTo("order-991");
    assertThat(message.data())
        .containsEntry("thing1", new TemplateValue("耳机", null))
        .containsEntry("amount2", new TemplateValue("¥39.80", "#173177"));
    await().untilAsserted(() -> assertThat(state(batch)).isEqualTo("released"));
  }

  @Test
  void anUrgentMessageWaitsForNoBulkBatch() throws Exception {
    BatchId bulk = new NewBatch(jdbc, account, 5000).insert();
    await().until(() -> released(bulk) > 0);

    Instant began = Instant.now();
    submit("urgent");
    awaitMessage(Lane.URGENT);

    assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(1));
    await().untilAsserted(() -> assertThat(state(bulk)).isEqualTo("released"));
  }

  private BatchId submit(String priority) {
    Answer accepted =
        gateway.admin(
            "POST",
            "/v1/batches",
            "{\"account\":\"%s\",\"template\":\"order-paid\",\"priority\":\"%s\",\"recipients\":[%s]}"
                .formatted(account, priority, RECIPIENT));
    assertThat(accepted.status()).isEqualTo(202);
    return BatchId.parse(accepted.json().get("batchId").stringValue()).orElseThrow();
  }

  private GetResponse awaitMessage(Lane lane) {
    return await()
        .pollInterval(Duration.ofMillis(5))
        .atMost(Duration.ofSeconds(5))
        .until(
            () -> channel.basicGet(Topology.sendQueue(account, lane), true),
            message -> message != null);
  }

  private int released(BatchId batch) {
    return jdbc.sql("select released_to from batch where id = ?")
        .param(batch.value())
        .query(Integer.class)
        .single();
  }

  private String state(BatchId batch) {
    return jdbc.sql("select state from batch where id = ?")
        .param(batch.value())
        .query(String.class)
        .single();
  }
}
