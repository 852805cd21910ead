package io.hongyan.test;

import org.testcontainers.containers.GenericContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.rabbitmq.RabbitMQContainer;
import org.testcontainers.utility.DockerImageName;

/** Starts the three servers as containers; Testcontainers removes them when the JVM ends. */
final class ContainerServers {

  private static final int REDIS_PORT = 6379;

  private ContainerServers() {}

  @SuppressWarnings("resource") // they live as long as the JVM
  static TestServers.Addresses start() {
    RabbitMQContainer rabbit =
        new RabbitMQContainer(DockerImageName.parse("rabbitmq:4-management"));
    PostgreSQLContainer postgres = new PostgreSQLContainer(DockerImageName.parse("postgres:17"));
    GenericContainer<?> redis =
        new GenericContainer<>(DockerImageName.parse("redis:7")).withExposedPorts(REDIS_PORT);
    rabbit.start();
    postgres.start();
    redis.start();
    String user = rabbit.getAdminUsername() + ":" + rabbit.getAdminPassword();
    return new TestServers.Addresses(
        "amqp://%s@%s:%d".formatted(user, rabbit.getHost(), rabbit.getAmqpPort()),
        "http://%s@%s:%d".formatted(user, rabbit.getHost(), rabbit.getHttpPort()),
        "redis://%s:%d".formatted(redis.getHost(), redis.getMappedPort(REDIS_PORT)),
        postgres.getJdbcUrl(),
        postgres.getUsername(),
        postgres.getPassword());
  }
}
