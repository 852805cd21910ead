package io.hongyan.demo;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the services and servers of this run are, as the launcher says in the environment. */
final class Stack {

  private final Map<String, String> environment;

  Stack(Map<String, String> environment) {
    this.environment = environment;
  }

  /** The first gateway, with the admin key. */
  JsonClient gateway() {
    return new JsonClient(
        "the gateway", gatewayAddress(), Optional.of(required("HONGYAN_ADMIN_KEY")));
  }

  URI gatewayAddress() {
    return addresses("GATEWAY_URL").getFirst();
  }

  JsonClient simulator() {
    return new JsonClient("the simulator", addresses("SIMULATOR_URL").getFirst(), Optional.empty());
  }

  /** Every sender; one that answers is enough for questions about an account. */
  List<JsonClient> senders() {
    return addresses("SENDER_URL").stream()
        .map(address -> new JsonClient("the sender", address, Optional.empty()))
        .toList();
  }

  Database database() {
    return new Database(
        required("HONGYAN_DATABASE_URL"),
        environment.getOrDefault("HONGYAN_DATABASE_USER", ""),
        environment.getOrDefault("HONGYAN_DATABASE_PASSWORD", ""));
  }

  /** The broker's management API; empty where the launcher was given a broker without it. */
  Optional<JsonClient> management() {
    return Optional.of(environment.getOrDefault("MANAGEMENT_URL", ""))
        .filter(url -> !url.isEmpty())
        .map(url -> new JsonClient("RabbitMQ's management API", URI.create(url), Optional.empty()));
  }

  URI rabbitmq() {
    return URI.create(required("HONGYAN_RABBITMQ_URL"));
  }

  String appSecret() {
    return required("DEMO_APP_SECRET");
  }

  /** The value of a setting that only some commands get. */
  String required(String name) {
    String value = environment.getOrDefault(name, "");
    if (value.isEmpty()) {
      throw new DemoFailure(name + " is not set; run this through ./hongyan");
    }
    return value;
  }

  /** Whether standard output is a terminal, where a line can be drawn over. */
  boolean onTerminal() {
    return "yes".equals(environment.get("TERMINAL"));
  }

  private List<URI> addresses(String name) {
    return Arrays.stream(required(name).split(",")).map(URI::create).toList();
  }
}
