package io.hongyan.test;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.testcontainers.DockerClientFactory;

/**
 * RabbitMQ, Redis and PostgreSQL for the tests of one JVM: a fresh database and a fresh virtual
 * host on the servers named in the environment, or on containers where a Docker daemon answers. A
 * missing server fails the test that asked; nothing is skipped.
 */
public final class TestServers {

  private final String rabbitUrl;
  private final String managementUrl;
  private final String redisUrl;
  private final String databaseUrl;
  private final String databaseUser;
  private final String databasePassword;

  private TestServers(Addresses servers) {
    String name = "test_" + Long.toHexString(ThreadLocalRandom.current().nextLong() >>> 16);
    this.managementUrl = servers.managementUrl();
    this.redisUrl = servers.redisUrl();
    this.databaseUser = servers.databaseUser();
    this.databasePassword = servers.databasePassword();
    this.databaseUrl = createDatabase(servers, name);
    this.rabbitUrl = createVirtualHost(servers, name);
  }

  /** The servers of this JVM; made on the first call. */
  public static TestServers get() {
    return Holder.SERVERS;
  }

  /** AMQP address, virtual host included. */
  public String rabbitUrl() {
    return rabbitUrl;
  }

  /** RabbitMQ's management API, user and password included. */
  public String managementUrl() {
    return managementUrl;
  }

  /** Redis address. Keys are shared with other tests: use app ids and account ids of your own. */
  public String redisUrl() {
    return redisUrl;
  }

  /** JDBC address of this JVM's own, empty database. */
  public String databaseUrl() {
    return databaseUrl;
  }

  /** A new connection to {@link #databaseUrl()}; the caller closes it. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(databaseUrl, databaseUser, databasePassword);
  }

  /** What the services read from their environment, without the WeChat address. */
  public Map<String, String> environment() {
    return Map.of(
        "HONGYAN_RABBITMQ_URL", rabbitUrl,
        "HONGYAN_REDIS_URL", redisUrl,
        "HONGYAN_DATABASE_URL", databaseUrl,
        "HONGYAN_DATABASE_USER", databaseUser,
        "HONGYAN_DATABASE_PASSWORD", databasePassword,
        "HONGYAN_ADMIN_KEY", "test-admin-key",
        "HONGYAN_MASTER_KEY", Base64.getEncoder().encodeToString(new byte[32]));
  }

  private static String createDatabase(Addresses servers, String name) {
    try (Connection connection =
            DriverManager.getConnection(
                servers.databaseUrl(), servers.databaseUser(), servers.databasePassword());
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + name);
    } catch (SQLException e) {
      throw new IllegalStateException(
          "no PostgreSQL at " + servers.databaseUrl() + " for the tests", e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> dropDatabase(servers, name)));
    String url = servers.databaseUrl();
    int query = url.indexOf('?');
    String path = query < 0 ? url : url.substring(0, query);
    return path.substring(0, path.lastIndexOf('/') + 1)
        + name
        + (query < 0 ? "" : url.substring(query));
  }

  private static void dropDatabase(Addresses servers, String name) {
    try (Connection connection =
            DriverManager.getConnection(
                servers.databaseUrl(), servers.databaseUser(), servers.databasePassword());
        Statement statement = connection.createStatement()) {
      statement.execute("drop database if exists " + name + " with (force)");
    } catch (SQLException e) {
      System.err.println("test database " + name + " is left over: " + e.getMessage());
    }
  }

  private static String createVirtualHost(Addresses servers, String name) {
    manage(servers, "PUT", "/api/vhosts/" + name);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> manage(servers, "DELETE", "/api/vhosts/" + name)));
    URI address = URI.create(servers.rabbitUrl());
    return "amqp://%s@%s:%d/%s"
        .formatted(address.getRawUserInfo(), address.getHost(), address.getPort(), name);
  }

  private static void manage(Addresses servers, String method, String path) {
    URI base = URI.create(servers.managementUrl());
    String credentials =
        Base64.getEncoder()
            .encodeToString(
                Optional.ofNullable(base.getRawUserInfo())
                    .orElse("")
                    .getBytes(StandardCharsets.UTF_8));
    URI target = URI.create("http://%s:%d%s".formatted(base.getHost(), base.getPort(), path));
    HttpRequest request =
        HttpRequest.newBuilder(target)
            .header("Authorization", "Basic " + credentials)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() >= 300) {
        throw new IllegalStateException(
            "RabbitMQ refused %s %s: %s".formatted(method, path, response.body()));
      }
    } catch (IOException e) {
      throw new IllegalStateException(
          "no RabbitMQ management at %s:%d for the tests".formatted(base.getHost(), base.getPort()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking RabbitMQ", e);
    }
  }

  /** Made once a JVM, when the first test asks. */
  private static final class Holder {
    static final TestServers SERVERS = new TestServers(findServers());

    private static Addresses findServers() {
      Map<String, String> environment = System.getenv();
      if (environment.containsKey("HONGYAN_DATABASE_URL")) {
        return Addresses.of(environment);
      }
      if (DockerClientFactory.instance().isDockerAvailable()) {
        return ContainerServers.start();
      }
      throw new IllegalStateException(
          "integration tests need RabbitMQ, Redis and PostgreSQL: run ./hongyan test, or set HONGYAN_RABBITMQ_URL,"
              + " MANAGEMENT_URL, HONGYAN_REDIS_URL, HONGYAN_DATABASE_URL, _USER and _PASSWORD");
    }
  }

  /** Where the servers are. */
  record Addresses(
      String rabbitUrl,
      String managementUrl,
      String redisUrl,
      String databaseUrl,
      String databaseUser,
      String databasePassword) {

    private static Addresses of(Map<String, String> environment) {
      return new Addresses(
          required(environment, "HONGYAN_RABBITMQ_URL"),
          required(environment, "MANAGEMENT_URL"),
          required(environment, "HONGYAN_REDIS_URL"),
          required(environment, "HONGYAN_DATABASE_URL"),
          required(environment, "HONGYAN_DATABASE_USER"),
          required(environment, "HONGYAN_DATABASE_PASSWORD"));
    }

    private static String required(Map<String, String> environment, String name) {
      String value = environment.get(name);
      if (value == null) {
        throw new IllegalStateException(
            "HONGYAN_DATABASE_URL is set, so " + name + " must be set too");
      }
      return value;
    }
  }
}
