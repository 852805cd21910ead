package io.hongyan.sender.consume;

import io.hongyan.network.FaultyProxy;
import io.hongyan.sender.SenderApplication;
import io.hongyan.sender.SimulatedWeChat;
import io.hongyan.test.TestServers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
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

  /** How long after its start row a call may still begin. */
  static final Duration CALL_WITHIN = Duration.ofSeconds(4);

  private static final AtomicReference<RunningSender> SHARED = new AtomicReference<>();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, String> environment = TestServers.get().environment();
  private final URI redis = URI.create(TestServers.get().redisUrl());
  private final URI rabbit = URI.create(TestServers.get().rabbitUrl());
  private final URI database =
      URI.create(TestServers.get().databaseUrl().substring("jdbc:".length()));

  /** Between the sender and Redis. */
  public final FaultyProxy redisProxy = new FaultyProxy(redis.getHost(), redis.getPort());

  final FaultyProxy rabbitProxy = new FaultyProxy(rabbit.getHost(), rabbit.getPort());

  /** Between the sender and PostgreSQL. */
  public final FaultyProxy databaseProxy = new FaultyProxy(database.getHost(), database.getPort());

  /** Straight to PostgreSQL. */
  public final JdbcClient jdbc =
      JdbcClient.create(
          new DriverManagerDataSource(
              TestServers.get().databaseUrl(),
              value("HONGYAN_DATABASE_USER"),
              value("HONGYAN_DATABASE_PASSWORD")));

  /** Its WeChat. */
  public final SimulatedWeChat wechat = new SimulatedWeChat(Clock.systemUTC());

  final TestBroker broker = new TestBroker();

  /** Where its accounts and messages come from. */
  public final StandInGateway gateway = new StandInGateway(jdbc, broker, wechat);

  final MessageRows messages = new MessageRows(jdbc);

  private final ConfigurableApplicationContext application;

  private RunningSender() {
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
    properties.put("HONGYAN_WECHAT_BASE_URL", wechat.address().toString());
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
    properties.put("hongyan.receipt.delays", "500ms,1s,1s,2s,2s,4s,8s,20s,20s");
    properties.put("hongyan.receipt.settle", "1s");
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

  /** What {@code /actuator/health} says of each server. */
  JsonNode health() {
    return JsonMapper.shared()
        .readTree(
            exchange(
                    HttpRequest.newBuilder(uri("/actuator/health"))
                        .timeout(Duration.ofSeconds(15))
                        .build())
                .body());
  }

  /** Calls the sender itself; {@code authorization} null = without any. */
  public HttpResponse<String> ask(
      String method, String path, @Nullable String authorization, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(30));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return exchange(request.build());
  }

  private URI uri(String path) {
    String port = application.getEnvironment().getRequiredProperty("local.server.port");
    return URI.create("http://127.0.0.1:" + port + path);
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

  private String value(String name) {
    return Objects.requireNonNull(environment.get(name));
  }

  private void close() {
    application.close();
    wechat.close();
  }
}
