package io.hongyan.chaos.stack;

import io.hongyan.network.FaultyProxy;
import io.hongyan.stack.Installation;
import io.hongyan.stack.Postgres;
import io.hongyan.stack.RabbitCluster;
import io.hongyan.stack.RabbitNode;
import io.hongyan.stack.Redis;
import io.hongyan.stack.Secrets;
import io.hongyan.stack.Service;
import io.hongyan.stack.process.OwnProcess;
import io.hongyan.stack.process.Ports;
import io.hongyan.stack.process.Processes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A whole Hongyan of the suite's own: three RabbitMQ nodes, PostgreSQL, Redis, the simulator, two
 * gateways and some senders. Senders reach RabbitMQ and WeChat through links that can misbehave;
 * everything else is broken by stopping or killing the real process.
 */
public final class Stack implements AutoCloseable {

  /** How long senders wait for WeChat's answer. */
  public static final Duration WECHAT_TIMEOUT = Duration.ofSeconds(4);

  /** How long a stopping sender waits for its calls in flight. */
  public static final Duration DRAIN_LIMIT = Duration.ofSeconds(10);

  /** WeChat's ten minutes, in which it drops a repeated client_msg_id. */
  public static final Duration WECHAT_DROPS_REPEATS = Duration.ofSeconds(30);

  // The waits of a real installation, shortened so that a round takes seconds. In their order and
  // with room between: retries < doubt window < doubt window + call-within < WeChat's own window.
  // lost-after is longer than any run: the sweeper must not mend what the suite is to find.
  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("HONGYAN_LOSTAFTER", "24h"),
          Map.entry("HONGYAN_RELEASE_LEASE", "10s"),
          Map.entry("HONGYAN_RELEASE_CONFIRMTIMEOUT", "8s"),
          Map.entry("HONGYAN_RETRY_DELAYS", "1s,2s,3s"),
          Map.entry("HONGYAN_RELEASE_WINDOWTIME", "2s"),
          Map.entry("HONGYAN_DOUBTWINDOW", "15s"),
          Map.entry("HONGYAN_CALLWITHIN", "5s"),
          Map.entry("HONGYAN_CONSUME_DRAINTIMEOUT", DRAIN_LIMIT.toSeconds() + "s"),
          Map.entry("HONGYAN_CONSUME_RENEWINTERVAL", "10s"),
          Map.entry("HONGYAN_CONSUME_CONFIRMTIMEOUT", "3s"),
          Map.entry("HONGYAN_WECHAT_TIMEOUT", WECHAT_TIMEOUT.toSeconds() + "s"),
          Map.entry("HONGYAN_WECHAT_CONNECTTIMEOUT", "1s"),
          // A burst leaves connections behind; in a soak with a fault a minute they must have gone.
          Map.entry("HONGYAN_WECHAT_KEEPALIVE", "20s"),
          Map.entry("HONGYAN_BROKER_HEARTBEAT", "5s"),
          Map.entry("HONGYAN_BROKER_ANSWERTIMEOUT", "5s"),
          Map.entry("HONGYAN_TOKEN_LOCKTTL", "4s"),
          Map.entry("HONGYAN_TOKEN_WAITTIMEOUT", "5s"),
          // Tokens are asked of Redis all the time, so that its loss is felt at once.
          Map.entry("HONGYAN_TOKEN_LOCALTTL", "1s"),
          // As in a real installation longer than the doubt window.
          Map.entry("HONGYAN_GATE_PROBEINTERVAL", "18s"),
          Map.entry("HONGYAN_GATE_TOKENTROUBLEPAUSE", "3s"),
          Map.entry("SPRING_DATASOURCE_HIKARI_CONNECTIONTIMEOUT", "2000"));

  // Restarted every few seconds: the second compiler would cost more than it gives.
  private static final List<String> JVM_OPTIONS = List.of("-XX:TieredStopAtLevel=1");

  private static final int RABBITMQ_NODES = 3;
  private static final int GATEWAYS = 2;
  private static final int SENDERS = 2;

  private final Ports ports = new Ports();
  private final Processes processes;
  private final @Nullable SmallDisk logDisk;
  private final RabbitCluster rabbit;
  private final Postgres postgres;
  private final Redis redis;
  private final Service simulator;
  private final List<Service> gateways;
  private final List<Service> senders;
  private final List<FaultyProxy> brokerLinks;
  private final FaultyProxy wechatLink;
  private final Addresses addresses;

  /** Nothing runs yet; {@link #start} starts it. Deletes the data of an earlier stack. */
  public Stack(Installation installation, StackOptions options) {
    Path logs = installation.home().resolve("logs");
    this.processes = new Processes(installation.home().resolve("run").resolve("suite"));
    processes.endLeftovers();
    installation.makeDirectories(logs);
    String password = Secrets.hex(16);
    this.rabbit = new RabbitCluster(installation, RABBITMQ_NODES, password, logs, ports, processes);
    this.postgres = new Postgres(installation, password, logs, ports, processes);
    this.redis = new Redis(installation, password, logs, ports, processes);
    this.logDisk =
        options.smallLogDisk() ? SmallDisk.mount(installation.home().resolve("small-disk")) : null;
    Path serviceLogs = logDisk == null ? logs : logDisk.directory();
    this.simulator =
        Service.of(
            installation,
            "simulator",
            installation.jar("wechat-simulator"),
            "HONGYAN_SIMULATOR_PORT",
            ports.next(),
            "/_sim/health",
            JVM_OPTIONS,
            Map.of(),
            logs,
            processes);
    this.brokerLinks =
        rabbit.nodes().stream()
            .map(node -> new FaultyProxy(ports.next(), "127.0.0.1", node.port()))
            .toList();
    this.wechatLink = new FaultyProxy(ports.next(), "127.0.0.1", simulator.uri().getPort());
    Map<String, String> environment = new HashMap<>(SETTINGS);
    environment.put("HONGYAN_REDIS_URL", redis.url());
    environment.put("HONGYAN_DATABASE_URL", postgres.url());
    environment.put("HONGYAN_DATABASE_USER", Postgres.USER);
    environment.put("HONGYAN_DATABASE_PASSWORD", password);
    environment.put("HONGYAN_ADMIN_KEY", Secrets.hex(32));
    environment.put("HONGYAN_MASTER_KEY", Secrets.base64(32));
    environment.put("HONGYAN_WECHAT_BASE_URL", "http://127.0.0.1:" + wechatLink.port());
    this.gateways =
        services(
            installation,
            "gateway",
            installation.jar("gateway-service"),
            GATEWAYS,
            options.gatewayOptions(),
            with(
                environment,
                brokerUrl(password, rabbit.nodes().stream().map(RabbitNode::port).toList())),
            serviceLogs);
    this.senders =
        services(
            installation,
            "sender",
            installation.jar("sender-service"),
            SENDERS,
            options.senderOptions(),
            with(
                environment,
                brokerUrl(password, brokerLinks.stream().map(FaultyProxy::port).toList())),
            serviceLogs);
    this.addresses =
        new Addresses(
            gateways.stream().map(Service::uri).toList(),
            simulator.uri(),
            rabbit.nodes().stream().map(rabbit::management).toList(),
            postgres.url(),
            Postgres.USER,
            password,
            environment.getOrDefault("HONGYAN_ADMIN_KEY", ""));
  }

  private List<Service> services(
      Installation installation,
      String kind,
      Path jar,
      int count,
      List<String> options,
      Map<String, String> environment,
      Path logs) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(
            number ->
                Service.of(
                    installation,
                    kind + "-" + number,
                    jar,
                    "HONGYAN_%s_PORT".formatted(kind.toUpperCase(Locale.ROOT)),
                    ports.next(),
                    "/actuator/health",
                    Stream.concat(JVM_OPTIONS.stream(), options.stream()).toList(),
                    environment,
                    logs,
                    processes))
        .toList();
  }

  /** Starts everything and waits until it is well. */
  public void start() {
    rabbit.start();
    postgres.create();
    makeWhole();
  }

  /** Brings back whatever is down or misbehaves, and waits until all of it is well. */
  public void makeWhole() {
    brokerLinks.forEach(FaultyProxy::restore);
    wechatLink.restore();
    if (logDisk != null) {
      logDisk.free();
    }
    rabbit.start();
    postgres.startAndAwait();
    redis.startAndAwait();
    simulator.start();
    rabbit.awaitWhole();
    services().forEach(Service::start);
    simulator.awaitHealthy();
    services().forEach(Service::awaitHealthy);
  }

  /**
   * What gateways and senders did since this was last asked that no fault explains: an end that
   * nobody ordered, a repair that says that something had gone wrong.
   */
  public List<String> takeIncidents() {
    return services().stream().flatMap(service -> service.takeIncidents().stream()).toList();
  }

  /** Gateways and senders. */
  public List<Service> services() {
    List<Service> services = new ArrayList<>(gateways);
    services.addAll(senders);
    return services;
  }

  public Addresses addresses() {
    return addresses;
  }

  public RabbitCluster rabbit() {
    return rabbit;
  }

  public Postgres postgres() {
    return postgres;
  }

  public Redis redis() {
    return redis;
  }

  public List<Service> gateways() {
    return gateways;
  }

  public List<Service> senders() {
    return senders;
  }

  /** Between the senders and each RabbitMQ node. */
  public List<FaultyProxy> brokerLinks() {
    return brokerLinks;
  }

  /** Between the senders and WeChat. */
  public FaultyProxy wechatLink() {
    return wechatLink;
  }

  /** Under the services' logs, in a stack that was asked for one. */
  public SmallDisk logDisk() {
    if (logDisk == null) {
      throw new IllegalStateException("this stack has no small disk under its logs");
    }
    return logDisk;
  }

  /** Ends everything; the data stays to be looked at. */
  @Override
  public void close() {
    SmallDisk disk = logDisk;
    OwnProcess simulatorProcess = simulator.process();
    // From the last to the first, and every one of them, whichever fails to end.
    try (ports;
        disk;
        postgres;
        rabbit;
        redis;
        wechatLink;
        simulatorProcess) {
      List<OwnProcess> first = services().stream().map(Service::process).toList();
      first.stream().filter(OwnProcess::isRunning).forEach(OwnProcess::terminate);
      first.forEach(OwnProcess::close);
      brokerLinks.forEach(FaultyProxy::close);
    }
  }

  private static String brokerUrl(String password, List<Integer> ports) {
    return ports.stream()
        .map(port -> "amqp://hongyan:%s@127.0.0.1:%d".formatted(password, port))
        .collect(Collectors.joining(","));
  }

  private static Map<String, String> with(Map<String, String> environment, String brokerUrl) {
    Map<String, String> all = new HashMap<>(environment);
    all.put("HONGYAN_RABBITMQ_URL", brokerUrl);
    return all;
  }
}
