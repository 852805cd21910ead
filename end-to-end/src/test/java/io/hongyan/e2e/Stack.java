package io.hongyan.e2e;

import io.hongyan.network.FaultyProxy;
import io.hongyan.test.TestServers;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One gateway, one sender and the simulator as processes, with RabbitMQ, Redis and PostgreSQL
 * behind proxies that can be cut. {@link StackExtension} keeps one for all tests of a run.
 */
final class Stack implements AutoCloseable {

  /** How long the senders wait for an answer of WeChat's. */
  static final Duration WECHAT_TIMEOUT = Duration.ofSeconds(3);

  private final TestServers servers = TestServers.get();
  private final FaultyProxy rabbit = proxy(URI.create(servers.rabbitUrl()));
  private final FaultyProxy redis = proxy(URI.create(servers.redisUrl()));
  private final FaultyProxy postgres = proxy(jdbcAddress(servers.databaseUrl()));
  private final ServiceProcess simulatorProcess =
      new ServiceProcess(Program.SIMULATOR, "simulator", Map.of());
  private final ServiceProcess senderProcess = create(Program.SENDER, "sender", Map.of());
  private final ServiceProcess gatewayProcess = create(Program.GATEWAY, "gateway", Map.of());
  private final Simulator simulator = new Simulator(simulatorProcess.uri());
  private final GatewayClient gateway =
      new GatewayClient(gatewayProcess.uri(), GatewayClient.ADMIN_KEY);

  /** Everything runs, every server is there, and the simulator has forgotten what was before. */
  void makeReady() {
    List.of(rabbit, redis, postgres).forEach(FaultyProxy::restore);
    List<ServiceProcess> processes = List.of(simulatorProcess, gatewayProcess, senderProcess);
    processes.stream().filter(process -> !process.isRunning()).forEach(ServiceProcess::start);
    processes.forEach(ServiceProcess::awaitHealthy);
    simulator.reset();
  }

  /** One more service of this stack, not started yet; the caller ends it. */
  ServiceProcess create(Program program, String name, Map<String, String> overrides) {
    Map<String, String> environment = new HashMap<>(servers.environment());
    environment.put("HONGYAN_RABBITMQ_URL", through(rabbit, servers.rabbitUrl()));
    environment.put("HONGYAN_REDIS_URL", through(redis, servers.redisUrl()));
    environment.put("HONGYAN_DATABASE_URL", through(postgres, servers.databaseUrl()));
    environment.put("HONGYAN_WECHAT_BASE_URL", simulatorProcess.uri().toString());
    if (program == Program.GATEWAY) {
      environment.put("HONGYAN_SENDER_URL", senderProcess.uri().toString());
      // The internal systems of these tests are on this machine.
      environment.put("HONGYAN_OUTBOUND_ALLOWPRIVATEADDRESSES", "true");
    }
    // The promises do not depend on these times, but how long a test waits does.
    environment.put("HONGYAN_RELEASE_LEASE", "2s");
    environment.put("HONGYAN_RELEASE_CONFIRMTIMEOUT", "1s");
    // Many small steps, so that a kill meets the middle of them.
    environment.put("HONGYAN_RELEASE_AUDIENCEPAGE", "50");
    environment.put("HONGYAN_SYNC_LEASE", "3s");
    environment.put("HONGYAN_RETRY_DELAYS", "1s,2s,4s");
    environment.put("HONGYAN_CONSUME_DRAINTIMEOUT", "5s");
    environment.put("SPRING_DATASOURCE_HIKARI_CONNECTIONTIMEOUT", "2000");
    environment.put("HONGYAN_WECHAT_TIMEOUT", WECHAT_TIMEOUT.toSeconds() + "s");
    environment.putAll(overrides);
    return new ServiceProcess(program, name, environment);
  }

  ServiceProcess gatewayProcess() {
    return gatewayProcess;
  }

  ServiceProcess senderProcess() {
    return senderProcess;
  }

  /** The gateway, called as the first admin. */
  GatewayClient gateway() {
    return gateway;
  }

  Simulator simulator() {
    return simulator;
  }

  Audit audit() {
    return auditThrough(gatewayProcess);
  }

  /** An audit that asks this gateway what it shows. */
  Audit auditThrough(ServiceProcess anyGateway) {
    return new Audit(
        servers, simulator, new GatewayClient(anyGateway.uri(), GatewayClient.ADMIN_KEY));
  }

  Broker broker() {
    return new Broker(servers);
  }

  FaultyProxy rabbit() {
    return rabbit;
  }

  FaultyProxy redis() {
    return redis;
  }

  FaultyProxy postgres() {
    return postgres;
  }

  /** A new account with the given settings, in JSON without braces; empty = the defaults. */
  TestAccount newAccount(String settings) {
    return TestAccount.create(gateway, simulator, settings);
  }

  @Override
  public void close() {
    senderProcess.close();
    gatewayProcess.close();
    simulatorProcess.close();
    List.of(rabbit, redis, postgres).forEach(FaultyProxy::close);
  }

  private static FaultyProxy proxy(URI address) {
    return new FaultyProxy(address.getHost(), address.getPort());
  }

  private static String through(FaultyProxy proxy, String address) {
    URI direct = address.startsWith("jdbc:") ? jdbcAddress(address) : URI.create(address);
    return address.replace(direct.getHost() + ":" + direct.getPort(), "127.0.0.1:" + proxy.port());
  }

  private static URI jdbcAddress(String url) {
    return URI.create(url.substring("jdbc:".length()));
  }
}
