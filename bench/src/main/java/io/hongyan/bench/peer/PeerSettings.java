package io.hongyan.bench.peer;

import java.util.Map;

/**
 * Where the servers are, from the environment. Each variable is asked for only by the peers that
 * need it; one that is missing is an IllegalArgumentException that names it.
 */
final class PeerSettings {

  private final Map<String, String> environment;

  PeerSettings(Map<String, String> environment) {
    this.environment = environment;
  }

  WeChatAccount weChat() {
    return new WeChatAccount(
        required("SIMULATOR_URL").replaceFirst("/+$", ""),
        required("BENCH_APPID"),
        required("BENCH_SECRET"),
        required("BENCH_TEMPLATE"));
  }

  /** WeChat's id of the template, for peers that send nothing but have messages of that size. */
  String weChatTemplateId() {
    return required("BENCH_TEMPLATE");
  }

  DatabaseAddress database() {
    return new DatabaseAddress(
        required("HONGYAN_DATABASE_URL"),
        required("HONGYAN_DATABASE_USER"),
        required("HONGYAN_DATABASE_PASSWORD"));
  }

  /** An AMQP address; where several nodes of a cluster are named, the first. */
  String rabbitUrl() {
    String first = required("HONGYAN_RABBITMQ_URL").split(",\\s*(?=amqps?://)", 2)[0];
    if (!first.matches("amqps?://.+")) {
      // Without the text, which may have the password in it.
      throw new IllegalArgumentException(
          "HONGYAN_RABBITMQ_URL must look like amqp://user:password@host:5672/vhost");
    }
    return first;
  }

  private String required(String name) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(name + " is not set; this peer needs it");
    }
    return value;
  }
}
