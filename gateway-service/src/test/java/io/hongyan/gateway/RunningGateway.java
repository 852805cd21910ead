package io.hongyan.gateway;

import io.hongyan.test.TestServers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A whole gateway on a random port against the real servers, and a way to call it. */
public final class RunningGateway implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();

  private final ConfigurableApplicationContext context;
  private final HttpClient client = HttpClient.newHttpClient();

  private RunningGateway(Map<String, String> overrides, Clock clock) {
    Map<String, Object> settings = new HashMap<>(TestServers.get().environment());
    settings.put("server.port", "0");
    settings.put("spring.main.banner-mode", "off");
    // The keeper's own test calls it, with a clock of its own, on the same tables.
    settings.put("hongyan.partitions.initial-delay", "1h");
    settings.put("hongyan.jobs.enabled", "false");
    // Another gateway's real clock would make what a test has planned by its own.
    settings.put("hongyan.schedules.enabled", "false");
    // Another gateway would post what a test's own is to post.
    settings.put("hongyan.webhook.enabled", "false");
    settings.putAll(overrides);
    String[] arguments =
        settings.entrySet().stream()
            .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
            .toArray(String[]::new);
    this.context =
        new SpringApplicationBuilder(GatewayApplication.class)
            .initializers(
                (GenericApplicationContext beans) ->
                    beans.registerBean(
                        "testClock", Clock.class, () -> clock, bean -> bean.setPrimary(true)))
            .run(arguments);
  }

  /** One more gateway; the caller closes it. */
  public static RunningGateway start(Map<String, String> overrides) {
    return start(overrides, Clock.systemUTC());
  }

  /** One more gateway with a clock of the test's; the caller closes it. */
  public static RunningGateway start(Map<String, String> overrides, Clock clock) {
    return new RunningGateway(overrides, clock);
  }

  /** The gateway that the tests of this JVM share. */
  public static RunningGateway shared() {
    return Shared.GATEWAY;
  }

  /** A bean of the gateway. */
  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  /** Address of a path. */
  public URI uri(String path) {
    return URI.create(
        "http://127.0.0.1:%s%s"
            .formatted(context.getEnvironment().getProperty("local.server.port"), path));
  }

  /** Calls as the first admin. */
  public Answer admin(String method, String path, @Nullable String json) {
    return call("test-admin-key", method, path, json);
  }

  /** Calls with a key, or without one. */
  public Answer call(@Nullable String key, String method, String path, @Nullable String json) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path))
            .method(method, json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
    if (json != null) {
      request.header("Content-Type", "application/json");
    }
    if (key != null) {
      request.header("Authorization", "Bearer " + key);
    }
    return send(request);
  }

  /** Calls with a request of the test's own. */
  public Answer send(HttpRequest.Builder request) {
    try {
      return new Answer(client.send(request.build(), BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new IllegalStateException("the gateway gave no answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Makes an API key and returns it. */
  public String createKey(String scopes, String accounts) {
    Answer created =
        admin(
            "POST",
            "/v1/keys",
            "{\"name\":\"a test\",\"scopes\":%s,\"accounts\":%s}".formatted(scopes, accounts));
    return created.json().get("key").stringValue();
  }

  /** Makes an account and a template {@code order-paid} with the fields thing1 and amount2. */
  public void createAccount(String id) {
    admin(
        "PUT",
        "/v1/accounts/" + id,
        "{\"appId\":\"wx-%s\",\"appSecret\":\"s3cret\"}".formatted(id));
    admin(
        "PUT",
        "/v1/accounts/" + id + "/templates/order-paid",
        "{\"wechatTemplateId\":\"TM1\",\"title\":\"Paid\",\"content\":\"Goods:{{thing1.DATA}}\\nSum:{{amount2.DATA}}\"}");
  }

  @Override
  public void close() {
    client.close();
    context.close();
  }

  /** What the gateway answered. */
  public record Answer(HttpResponse<String> response) {

    /** HTTP status. */
    public int status() {
      return response.statusCode();
    }

    /** The body as text. */
    public String text() {
      return response.body();
    }

    /** The body as JSON. */
    public JsonNode json() {
      return JSON.readTree(response.body());
    }

    /** The last part of a problem's type. */
    public String problem() {
      return json().get("type").stringValue().replace("urn:hongyan:problem:", "");
    }

    /** A header's first value. */
    public Optional<String> header(String name) {
      return response.headers().firstValue(name);
    }
  }

  /** Started once a JVM, when the first test asks. */
  private static final class Shared {
    static final RunningGateway GATEWAY = start(Map.of());
  }
}
