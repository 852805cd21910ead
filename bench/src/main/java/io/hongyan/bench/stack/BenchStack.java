package io.hongyan.bench.stack;

import io.hongyan.bench.machine.ProcessTree;
import io.hongyan.stack.Installation;
import io.hongyan.stack.Postgres;
import io.hongyan.stack.RabbitCluster;
import io.hongyan.stack.RabbitNode;
import io.hongyan.stack.Redis;
import io.hongyan.stack.Secrets;
import io.hongyan.stack.Service;
import io.hongyan.stack.http.Deadline;
import io.hongyan.stack.http.HttpCalls;
import io.hongyan.stack.process.OwnProcess;
import io.hongyan.stack.process.Ports;
import io.hongyan.stack.process.Processes;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What is measured: one RabbitMQ node, PostgreSQL, Redis, the simulator, one gateway and senders,
 * all as {@code ./hongyan up} starts them, with the product's default settings.
 */
public final class BenchStack implements AutoCloseable {

  private static final int SENDERS_AT_MOST = 4;
  private static final Duration STOP_LIMIT = Duration.ofMinutes(1);

  private final Ports ports = new Ports();
  private final RabbitCluster rabbit;
  private final Postgres postgres;
  private final Redis redis;
  private final Service simulator;
  private final Service gateway;
  private final List<Service> senders;
  private final Map<String, String> environment = new HashMap<>();
  private final Queue<Process> guests = new ConcurrentLinkedQueue<>();
  private final String password = Secrets.hex(16);

  /** Nothing runs yet. Deletes the data of an earlier stack. */
  public BenchStack(Installation installation) {
    Path logs = installation.home().resolve("logs");
    Processes processes = new Processes(installation.home().resolve("run").resolve("bench"));
    processes.endLeftovers();
    installation.makeDirectories(logs);
    rabbit = new RabbitCluster(installation, 1, password, logs, ports, processes);
    postgres = new Postgres(installation, password, logs, ports, processes);
    redis = new Redis(installation, password, logs, ports, processes);
    simulator =
        service(installation, "simulator", "wechat-simulator", "/_sim/health", logs, processes);
    environment.put("HONGYAN_RABBITMQ_URL", rabbitUrl());
    environment.put("HONGYAN_REDIS_URL", redis.url());
    environment.put("HONGYAN_DATABASE_URL", postgres.url());
    environment.put("HONGYAN_DATABASE_USER", Postgres.USER);
    environment.put("HONGYAN_DATABASE_PASSWORD", password);
    environment.put("HONGYAN_ADMIN_KEY", Secrets.hex(32));
    environment.put("HONGYAN_MASTER_KEY", Secrets.base64(32));
    environment.put("HONGYAN_WECHAT_BASE_URL", simulator.uri().toString());
    String health = "/actuator/health";
    gateway = service(installation, "gateway", "gateway-service", health, logs, processes);
    senders =
        IntStream.rangeClosed(1, SENDERS_AT_MOST)
            .mapToObj(
                number ->
                    service(
                        installation,
                        "sender-" + number,
                        "sender-service",
                        health,
                        logs,
                        processes))
            .toList();
  }

  private Service service(
      Installation installation,
      String name,
      String module,
      String healthPath,
      Path logs,
      Processes processes) {
    return Service.of(
        installation,
        name,
        installation.jar(module),
        "HONGYAN_%s_PORT".formatted(name.replaceFirst("-.*", "").toUpperCase(Locale.ROOT)),
        ports.next(),
        healthPath,
        List.of(),
        environment,
        logs,
        processes);
  }

  private String rabbitUrl() {
    return "amqp://hongyan:%s@127.0.0.1:%d".formatted(password, node().port());
  }

  /** Starts the servers and the simulator; the services come with {@link #startServices}. */
  public void startServers() {
    rabbit.start();
    postgres.create();
    postgres.startAndAwait();
    redis.startAndAwait();
    simulator.start();
    rabbit.awaitWhole();
    simulator.awaitHealthy();
  }

  /** Starts the gateway and one sender, and returns how long each took until it was healthy. */
  public Map<String, Duration> startServices() {
    Map<String, Duration> took = new LinkedHashMap<>();
    for (Service service : List.of(gateway, senders.getFirst())) {
      Deadline clock = Deadline.in(Duration.ofMinutes(3));
      service.start();
      service.awaitHealthy();
      took.put(service == gateway ? "gateway" : "sender", clock.waited());
    }
    return took;
  }

  /** Ends the gateway and the senders, then does as {@link #startServices}. */
  public Map<String, Duration> restartServices() {
    Stream.concat(Stream.of(gateway), senders.stream())
        .map(Service::process)
        .filter(OwnProcess::isRunning)
        .forEach(process -> process.stop(STOP_LIMIT));
    return startServices();
  }

  /** Lets just so many senders run; returns when they are healthy and the others have ended. */
  public void runSenders(int wanted) {
    senders.stream()
        .skip(wanted)
        .map(Service::process)
        .filter(OwnProcess::isRunning)
        .forEach(process -> process.stop(STOP_LIMIT));
    List<Service> running = senders.subList(0, wanted);
    running.forEach(Service::start);
    running.forEach(Service::awaitHealthy);
  }

  /** A program that ends with the stack, whatever ends that. */
  public void endWithStack(Process process) {
    guests.add(process);
  }

  /** Every part that runs now, in the order in which a message meets them; the senders as one. */
  public Map<String, List<ProcessTree>> parts() {
    Map<String, List<ProcessTree>> parts = new LinkedHashMap<>();
    parts.put("gateway", trees(List.of(gateway.process())));
    parts.put("RabbitMQ", trees(List.of(node().process())));
    parts.put("sender", trees(senders.stream().map(Service::process).toList()));
    parts.put("Redis", trees(List.of(redis.process())));
    parts.put("PostgreSQL", trees(List.of(postgres.process())));
    parts.put("simulator", trees(List.of(simulator.process())));
    parts.put("load", List.of(ProcessTree.ofThisProcess()));
    return parts;
  }

  private static List<ProcessTree> trees(List<OwnProcess> processes) {
    return processes.stream()
        .filter(OwnProcess::isRunning)
        .map(process -> ProcessTree.of(process.pid()))
        .toList();
  }

  /** Process id of the gateway, or of the first sender. */
  public long pid(String part) {
    return switch (part) {
      case "gateway" -> gateway.process().pid();
      case "sender" -> senders.getFirst().process().pid();
      default -> throw new IllegalArgumentException("there is no service " + part);
    };
  }

  public URI simulator() {
    return simulator.uri();
  }

  public URI gateway() {
    return gateway.uri();
  }

  /** The gateway, asked as admin. */
  public HttpCalls admin() {
    return HttpCalls.to(gateway.uri(), adminKey());
  }

  public String adminKey() {
    return environment.getOrDefault("HONGYAN_ADMIN_KEY", "");
  }

  /** Where the servers are, for programs that use them too. */
  public Map<String, String> environment() {
    return Map.copyOf(environment);
  }

  /** A new connection in autocommit; the caller closes it. */
  public Connection connectToDatabase() throws SQLException {
    return DriverManager.getConnection(postgres.url(), Postgres.USER, password);
  }

  private RabbitNode node() {
    return rabbit.nodes().getFirst();
  }

  @Override
  public void close() {
    List<OwnProcess> services = new ArrayList<>(senders.stream().map(Service::process).toList());
    services.add(gateway.process());
    guests.forEach(Process::destroyForcibly);
    OwnProcess simulatorProcess = simulator.process();
    try (ports;
        postgres;
        rabbit;
        redis;
        simulatorProcess) {
      services.stream().filter(OwnProcess::isRunning).forEach(OwnProcess::terminate);
      services.forEach(OwnProcess::close);
    }
  }
}
