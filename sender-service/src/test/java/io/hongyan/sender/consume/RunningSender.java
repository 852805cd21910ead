package io.hongyan.sender.consume;

import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.ConfigEvent;
import io.hongyan.common.message.Lane;
import io.hongyan.common.message.MessageId;
import io.hongyan.common.message.PushMessage;
import io.hongyan.common.message.PushMessageCodec;
import io.hongyan.common.message.Topology;
import io.hongyan.common.secret.Secret;
import io.hongyan.common.secret.SecretCipher;
import io.hongyan.network.FaultyProxy;
import io.hongyan.sender.Samples;
import io.hongyan.sender.SenderApplication;
import io.hongyan.simulator.WeChatSimulator;
import io.hongyan.test.TestServers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A whole sender with short times on real servers, which stand behind proxies so that they can be
 * taken away; WeChat is the simulator. One for all tests of the JVM: each test takes accounts of
 * its own.
 */
public final class RunningSender {

  static final String SEND = "/cgi-bin/message/template/send";

  /** How long after its start row a call may still begin. */
  static final Duration CALL_WITHIN = Duration.ofSeconds(4);

  private static final AtomicReference<RunningSender> SHARED = new AtomicReference<>();
  private static final PushMessageCodec CODEC = new PushMessageCodec();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, String> environment = TestServers.get().environment();
  private final URI redis = URI.create(TestServers.get().redisUrl());
  private final URI rabbit = URI.create(TestServers.get().rabbitUrl());
  private final URI database =
      URI.create(TestServers.get().databaseUrl().substring("jdbc:".length()));
  private final WeChatSimulator simulator;
  private final ConfigurableApplicationContext application;
  private final Connection broker;

  /** Between the sender and Redis. */
  public final FaultyProxy redisProxy = new FaultyProxy(redis.getHost(), redis.getPort());

  final FaultyProxy rabbitProxy = new FaultyProxy(rabbit.getHost(), rabbit.getPort());

  /** Between the sender and PostgreSQL. */
  public final FaultyProxy databaseProxy = new FaultyProxy(database.getHost(), database.getPort());

  /** Straight to PostgreSQL. */
  public final JdbcClient jdbc;

  private RunningSender() {
    try {
      simulator = WeChatSimulator.start("127.0.0.1", 0, Clock.systemUTC());
      ConnectionFactory factory = new ConnectionFactory();
      factory.setUri(TestServers.get().rabbitUrl());
      factory.setNetworkRecoveryInterval(200);
      broker = factory.newConnection("sender tests");
    } catch (Exception e) {
      throw new IllegalStateException("the simulator or RabbitMQ cannot be reached", e);
    }
    jdbc =
        JdbcClient.create(
            new DriverManagerDataSource(
                TestServers.get().databaseUrl(),
                value("HONGYAN_DATABASE_USER"),
                value("HONGYAN_DATABASE_PASSWORD")));
    application = startAnother();
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
  }

  /** The shared one; started by the first test that asks. */
  public static synchronized RunningSender get() {
    RunningSender running = SHARED.get();
    if (running == null) {
      running = new RunningSender();
      SHARED.set(running);
    }
    return running;
  }

  /** One more sender on the same servers; the caller closes it. */
  ConfigurableApplicationContext startAnother() {
    Map<String, String> properties = new HashMap<>(environment);
    // The variable HONGYAN_REDIS_URL also is hongyan.redis-url to Spring, before application.yml.
    properties.put("hongyan.redis-url", redisProxy.insteadOf(redis));
    properties.put("HONGYAN_RABBITMQ_URL", rabbitProxy.insteadOf(rabbit));
    properties.put("HONGYAN_DATABASE_URL", "jdbc:" + databaseProxy.insteadOf(database));
    properties.put("HONGYAN_WECHAT_BASE_URL", "http://127.0.0.1:" + simulator.port());
    properties.put("HONGYAN_SENDER_PORT", "0");
    properties.put("spring.main.banner-mode", "off");
    properties.put("spring.datasource.hikari.connection-timeout", "1000");
    properties.put("spring.datasource.hikari.validation-timeout", "250");
    properties.put("spring.datasource.hikari.data-source-properties.socketTimeout", "6");
    properties.put(
        "spring.datasource.hikari.connection-init-sql",
        "set idle_in_transaction_session_timeout = '6s'");
    properties.put("hongyan.broker.heartbeat", "1s");
    properties.put("hongyan.call-within", CALL_WITHIN.toString());
    properties.put("management.endpoint.health.show-details", "always");
    properties.put("hongyan.retry.delays", "200ms,300ms,500ms");
    properties.put("hongyan.wechat.timeout", "600ms");
    properties.put("hongyan.consume.reload-interval", "200ms");
    properties.put("hongyan.consume.renew-interval", "3s");
    properties.put("hongyan.consume.drain-timeout", "5s");
    properties.put("hongyan.gate.probe-interval", "1s");
    // A reading in the middle of a test would fetch the token that the test wants a message to.
    properties.put("hongyan.sync.quota-interval", "1h");
    properties.put("hongyan.gate.token-trouble-pause", "1s");
    // As arguments: they win over the environment, which may name the servers behind the proxies.
    return new SpringApplicationBuilder(SenderApplication.class)
        .run(
            properties.entrySet().stream()
                .map(property -> "--" + property.getKey() + "=" + property.getValue())
                .toArray(String[]::new));
  }

  /** A new account with a template at WeChat whose followers' openids begin with o. */
  public Account account() {
    return account(null);
  }

  /** The same with a rate. */
  Account account(@Nullable Integer ratePerSecond) {
    String name = UUID.randomUUID().toString().substring(0, 8);
    Account account = new Account("a-" + name, "wx" + name);
    putAtWeChat(account, Samples.SECRET);
    jdbc.sql(
            """
            insert into account (id, name, app_id, app_secret, rate_per_second) values (?, 'Mall', ?, ?, ?)""")
        .param(account.id())
        .param(account.appId())
        .param(encrypted(account))
        .param(ratePerSecond)
        .update();
    tell(new ConfigEvent(ConfigEvent.Kind.ACCOUNT, account.id()));
    return account;
  }

  /** Tells WeChat the account's secret. */
  void putAtWeChat(Account account, String secret) {
    call(
        "PUT",
        "/_sim/accounts/" + account.appId(),
        """
        {"secret":"%s","followers":{"prefix":"o"},
         "templates":[{"template_id":"%s","title":"t","content":"商品:{{thing1.DATA}}\\n"}]}
        """
            .formatted(secret, Samples.WECHAT_TEMPLATE));
  }

  /** Another program makes WeChat retire the token that the sender holds. */
  void retireToken(Account account) {
    call(
        "POST",
        "/cgi-bin/stable_token",
        """
        {"grant_type":"client_credential","appid":"%s","secret":"%s","force_refresh":true}
        """
            .formatted(account.appId(), Samples.SECRET));
  }

  private byte[] encrypted(Account account) {
    return SecretCipher.ofMasterKey(new Secret(value("HONGYAN_MASTER_KEY")))
        .encrypt(account.id(), new Secret(Samples.SECRET));
  }

  /** A batch of the account, released, of that many messages. */
  BatchId batch(Account account, int total) {
    BatchId batch = BatchId.create();
    jdbc.sql(
            """
            insert into batch (id, account_id, template_id, wechat_template_id, state, priority, total, rejected, created_by)
            values (?, ?, 'order-paid', ?, 'released', 'normal', ?, 0, 'test')""")
        .params(batch.value(), account.id(), Samples.WECHAT_TEMPLATE, total)
        .update();
    jdbc.sql("insert into batch_progress (batch_id) values (?)").param(batch.value()).update();
    return batch;
  }

  /** How many calls the account may make at once; returns when the sender knows. */
  void setMaxInFlight(Account account, int calls) {
    jdbc.sql("update account set max_in_flight = ? where id = ?")
        .params(calls, account.id())
        .update();
    tell(new ConfigEvent(ConfigEvent.Kind.ACCOUNT, account.id()));
    awaitRead();
  }

  void setState(BatchId batch, String state) {
    jdbc.sql("update batch set state = ? where id = ?").params(state, batch.value()).update();
    tell(new ConfigEvent(ConfigEvent.Kind.BATCH, batch.toString()));
  }

  /** Publishes one message of a new batch. */
  MessageId publish(Account account) {
    return publish(account, Lane.NORMAL, message(account, batch(account, 1), 1));
  }

  /** Publishes a batch's messages. */
  List<MessageId> publishAll(Account account, BatchId batch, int total) {
    return IntStream.rangeClosed(1, total)
        .mapToObj(seq -> publish(account, Lane.NORMAL, message(account, batch, seq)))
        .toList();
  }

  MessageId publish(Account account, Lane lane, PushMessage message) {
    publishRaw(account, lane, message.id().toString(), CODEC.encode(message));
    return message.id();
  }

  /** Puts the message where it waits longest; it comes back to the normal lane. */
  void publishWaiting(Account account, PushMessage message) {
    publishRaw(
        Topology.retry(Topology.RETRY_LEVELS),
        account,
        Lane.NORMAL,
        message.id().toString(),
        CODEC.encode(message));
  }

  /** Publishes a body as it is. */
  void publishRaw(Account account, Lane lane, @Nullable String messageId, byte[] body) {
    publishRaw(Topology.SEND_EXCHANGE, account, lane, messageId, body);
  }

  private synchronized void publishRaw(
      String exchange, Account account, Lane lane, @Nullable String messageId, byte[] body) {
    try {
      publishOnce(exchange, account, lane, messageId, body);
    } catch (IllegalStateException e) {
      if (broker.isOpen()) {
        throw e;
      }
      // The sender declared the new account's queues in the same moment, which RabbitMQ 3.10 may
      // answer by closing one of the two connections; the client library opens this one again.
      await().atMost(Duration.ofSeconds(15)).until(broker::isOpen);
      publishOnce(exchange, account, lane, messageId, body);
    }
  }

  private void publishOnce(
      String exchange, Account account, Lane lane, @Nullable String messageId, byte[] body) {
    AMQP.BasicProperties properties =
        new AMQP.BasicProperties.Builder().deliveryMode(2).messageId(messageId).build();
    try (Channel channel = Objects.requireNonNull(broker.createChannel())) {
      Topology.declareShared(channel);
      Topology.declareAccount(channel, account.id());
      channel.confirmSelect();
      channel.basicPublish(exchange, Topology.sendKey(account.id(), lane), true, properties, body);
      channel.waitForConfirmsOrDie(5_000);
    } catch (Exception e) {
      throw new IllegalStateException("not published", e);
    }
  }

  /** Puts a queue of another kind in the place of the account's. */
  synchronized void brokenQueue(Account account) {
    String queue = Topology.sendQueue(account.id(), Lane.NORMAL);
    try (Channel channel = Objects.requireNonNull(broker.createChannel())) {
      Topology.declareAccount(channel, account.id());
      channel.queueDelete(queue);
      channel.queueDeclare(queue, true, false, false, Map.of());
    } catch (Exception e) {
      throw new IllegalStateException("queue not replaced", e);
    }
  }

  /** Deletes a queue with all that is in it. */
  synchronized void deleteQueue(String queue) {
    try (Channel channel = Objects.requireNonNull(broker.createChannel())) {
      channel.queueDelete(queue);
    } catch (Exception e) {
      throw new IllegalStateException("queue not deleted", e);
    }
  }

  /**
   * Deletes a queue and declares it again in the same moment: the sender's consumer may hear
   * nothing of it and belong to no queue any more.
   */
  synchronized void replaceQueue(Account account, String queue) {
    try (Channel channel = Objects.requireNonNull(broker.createChannel())) {
      channel.queueDelete(queue);
      Topology.declareShared(channel);
      Topology.declareAccount(channel, account.id());
    } catch (Exception e) {
      throw new IllegalStateException("queue not replaced", e);
    }
  }

  /**
   * Waits until the sender has read what PostgreSQL holds now. An account made now has a consumer
   * then, but batches are read before accounts: only the reading after it is all of it.
   */
  void awaitRead() {
    for (int reading = 0; reading < 2; reading++) {
      Account witness = account();
      awaitConsumer(Topology.sendQueue(witness.id(), Lane.NORMAL));
    }
  }

  /** Waits until the sender consumes from that queue. */
  void awaitConsumer(String queue) {
    await().atMost(Duration.ofSeconds(15)).until(() -> hasConsumer(queue));
  }

  private boolean hasConsumer(String queue) {
    try (Channel channel = Objects.requireNonNull(broker.createChannel())) {
      return channel.consumerCount(queue) > 0;
    } catch (IOException | TimeoutException | AlreadyClosedException e) {
      // There is no such queue yet, which closes the channel.
      return false;
    }
  }

  /** Tells the sender that something changed, as the gateway does. */
  private synchronized void tell(ConfigEvent event) {
    try (Channel channel = Objects.requireNonNull(broker.createChannel())) {
      Topology.declareShared(channel);
      channel.basicPublish(
          Topology.CONFIG_EXCHANGE, "", new AMQP.BasicProperties(), event.encode());
    } catch (Exception e) {
      throw new IllegalStateException("not told", e);
    }
  }

  static PushMessage message(Account account, BatchId batch, int seq) {
    return Samples.message(batch, seq, account.id());
  }

  static PushMessage message(Account account, BatchId batch, String openid, Instant expireAt) {
    return Samples.message(batch, 1, account.id(), openid, expireAt);
  }

  /** Lets WeChat fail on this account's sends, as the simulator's faults say. */
  void fault(Account account, int after, int times, String fault) {
    fault(account, SEND, after, times, fault);
  }

  /** Lets WeChat fail on the account's calls of a path. */
  public void fault(Account account, String path, int after, int times, String fault) {
    call(
        "POST",
        "/_sim/faults",
        """
        [{"path":"%s","appid":"%s","after":%d,"times":%d,"fault":%s}]
        """
            .formatted(path, account.appId(), after, times, fault));
  }

  /** WeChat works again. */
  public void clearFaults() {
    call("DELETE", "/_sim/faults", "");
  }

  /** Changes how WeChat behaves. */
  public void settings(String json) {
    call("PUT", "/_sim/settings", json);
  }

  /** What WeChat counted. */
  public JsonNode stats() {
    return call("GET", "/_sim/stats", "");
  }

  int suppressed() {
    return stats().get("suppressed").intValue();
  }

  int tokenFetches(Account account) {
    return stats().at("/tokenFetches/" + account.appId()).asInt(0);
  }

  /** How often WeChat accepted this message. */
  int accepted(MessageId id) {
    return call("GET", "/_sim/messages?clientMsgId=" + id, "").get("messages").size();
  }

  /** When WeChat accepted it, in epoch milliseconds. */
  long acceptedAt(MessageId id) {
    return call("GET", "/_sim/messages?clientMsgId=" + id, "").at("/messages/0/at").asLong();
  }

  /** Calls the simulator. */
  public JsonNode call(String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:%d%s".formatted(simulator.port(), path)))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .timeout(Duration.ofSeconds(5))
            .build();
    HttpResponse<String> response = exchange(request);
    if (response.statusCode() / 100 != 2) {
      throw new IllegalStateException(path + " refused: " + response.body());
    }
    return response.body().isEmpty()
        ? JsonMapper.shared().createObjectNode()
        : JsonMapper.shared().readTree(response.body());
  }

  /** What {@code /actuator/health} says of each server. */
  JsonNode health() {
    String port = application.getEnvironment().getRequiredProperty("local.server.port");
    return JsonMapper.shared()
        .readTree(
            exchange(
                    HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + port + "/actuator/health"))
                        .timeout(Duration.ofSeconds(15))
                        .build())
                .body());
  }

  /** Calls the sender itself; {@code authorization} null = without any. */
  public HttpResponse<String> ask(
      String method, String path, @Nullable String authorization, String body) {
    String port = application.getEnvironment().getRequiredProperty("local.server.port");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(30));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return exchange(request.build());
  }

  private HttpResponse<String> exchange(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException("no answer from " + request.uri(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** {@code success 1 null} or {@code class attempts errcode}; empty while there is no outcome. */
  String outcome(MessageId id) {
    return jdbc.sql(
            """
            select coalesce((
              select string_agg(outcome, ' and ') from (
                select concat('success ', attempts) as outcome from send_success where batch_id = :batch and seq = :seq
                union all
                select concat_ws(' ', class, attempts, errcode) from send_failed where batch_id = :batch and seq = :seq
              ) outcomes), '')""")
        .param("batch", id.batchId().value())
        .param("seq", id.seq())
        .query((row, number) -> row.getString(1))
        .single();
  }

  /** A start row as an earlier attempt left it: that many open ones, the oldest so long ago. */
  void started(MessageId id, int open, String ago) {
    jdbc.sql(
            """
            insert into send_started (batch_id, seq, open, since, worker)
            values (?, ?, ?, now() - ?::interval, 'a sender that died')""")
        .params(id.batchId().value(), id.seq(), open, ago)
        .update();
  }

  /** The message's oldest open attempt now began so long ago. */
  void age(MessageId id, String ago) {
    jdbc.sql(
            "update send_started set since = now() - ?::interval where batch_id = ? and seq = ? and open > 0")
        .params(ago, id.batchId().value(), id.seq())
        .update();
  }

  /** What the gateway's canceller records about a message that it finds unsent. */
  void cancelledByGateway(PushMessage message) {
    started(message.id(), 0, "0 seconds");
    jdbc.sql(
            """
            insert into send_failed (batch_id, seq, account_id, template_id, openid, attempts, class, advice, failed_at, worker)
            values (?, ?, ?, 'order-paid', 'o1', 0, 'cancelled', 'cancelled', now(), 'gateway')""")
        .params(message.id().batchId().value(), message.id().seq(), message.account())
        .update();
    jdbc.sql("update batch_progress set failed_cancelled = failed_cancelled + 1 where batch_id = ?")
        .param(message.id().batchId().value())
        .update();
  }

  /** What was noted about attempts that were not the last word, in order. */
  List<String> attemptNotes(MessageId id) {
    return jdbc.sql(
            "select coalesce(errmsg, '') from send_attempt where batch_id = ? and seq = ? order by at")
        .params(id.batchId().value(), id.seq())
        .query((row, number) -> row.getString(1))
        .list();
  }

  /** Succeeded and failed, as counted. */
  String progress(BatchId batch) {
    return jdbc.sql("select concat(succeeded, '/', failed) from batch_progress where batch_id = ?")
        .param(batch.value())
        .query((row, number) -> row.getString(1))
        .single();
  }

  /** Messages in the account's queues, ready ones. */
  long queued(Account account) {
    try (Channel channel = Objects.requireNonNull(broker.createChannel())) {
      long queued = 0;
      for (Lane lane : Lane.values()) {
        queued += channel.messageCount(Topology.sendQueue(account.id(), lane));
      }
      return queued;
    } catch (Exception e) {
      throw new IllegalStateException("queue not counted", e);
    }
  }

  /** The gate's reason; empty = open. */
  public String gate(Account account) {
    return jdbc.sql("select coalesce(gate_reason, '') from account where id = ?")
        .param(account.id())
        .query((row, number) -> row.getString(1))
        .single();
  }

  /** Opens the gate as a person does through the gateway. */
  void resume(Account account) {
    jdbc.sql(
            """
            update account set gate_reason = null, gate_until = null, gate_since = null, gate_evidence = null,
              gate_opened_at = now(), paused = false where id = ?""")
        .param(account.id())
        .update();
    tell(new ConfigEvent(ConfigEvent.Kind.ACCOUNT, account.id()));
  }

  private String value(String name) {
    return Objects.requireNonNull(environment.get(name));
  }

  private void close() {
    application.close();
    simulator.close();
  }

  /** An account here and its app id at WeChat. */
  public record Account(String id, String appId) {}
}
