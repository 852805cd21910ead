package io.hongyan.stack;

import io.hongyan.stack.process.OwnProcess;
import io.hongyan.stack.process.Ports;
import io.hongyan.stack.process.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One node of the {@link RabbitCluster}, a process of its own with its own data. */
public final class RabbitNode {

  private final String name;
  private final int port;
  private final int managementPort;
  private final OwnProcess process;

  RabbitNode(
      Installation installation,
      String name,
      List<String> allNames,
      int epmdPort,
      String password,
      Path clusterDirectory,
      Path logs,
      Ports ports,
      Processes processes) {
    this.name = name;
    this.port = ports.next();
    this.managementPort = ports.next();
    Path directory = clusterDirectory.resolve(name.substring(0, name.indexOf('@')));
    try {
      Files.createDirectories(directory);
      Files.writeString(directory.resolve("rabbitmq.conf"), settings(allNames, password));
      Files.writeString(directory.resolve("enabled_plugins"), "[rabbitmq_management].\n");
      // An empty file of our own keeps the machine's /etc/rabbitmq/rabbitmq-env.conf out.
      Files.writeString(directory.resolve("env.conf"), "");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the settings of RabbitMQ " + name, e);
    }
    this.process =
        processes.create(
            "rabbitmq-" + directory.getFileName(),
            List.of(installation.rabbitmqBin().resolve("rabbitmq-server").toString(), "-noinput"),
            environment(installation, directory, clusterDirectory, epmdPort, ports.next()),
            directory,
            logs.resolve("rabbitmq-" + directory.getFileName() + ".log"));
  }

  /** As the cluster knows it, {@code h1@localhost}. */
  public String name() {
    return name;
  }

  public OwnProcess process() {
    return process;
  }

  public int port() {
    return port;
  }

  int managementPort() {
    return managementPort;
  }

  private String settings(List<String> allNames, String password) {
    StringBuilder settings =
        new StringBuilder(
            """
            listeners.tcp.1 = 127.0.0.1:%d
            management.tcp.ip = 127.0.0.1
            management.tcp.port = %d
            default_user = hongyan
            default_pass = %s
            disk_free_limit.absolute = 200MB
            raft.wal_max_size_bytes = 67108864
            collect_statistics_interval = 1000
            cluster_formation.peer_discovery_backend = classic_config
            """
                .formatted(port, managementPort, password));
    for (int i = 0; i < allNames.size(); i++) {
      settings.append(
          "cluster_formation.classic_config.nodes.%d = %s%n".formatted(i + 1, allNames.get(i)));
    }
    return settings.toString();
  }

  private Map<String, String> environment(
      Installation installation,
      Path directory,
      Path clusterDirectory,
      int epmdPort,
      int distributionPort) {
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", installation.rabbitmqBin() + ":" + System.getenv("PATH"));
    environment.put("LANG", "C.UTF-8");
    // The Erlang cookie is in here, the same for all nodes.
    environment.put("HOME", clusterDirectory.toString());
    environment.put("RABBITMQ_NODENAME", name);
    environment.put("RABBITMQ_NODE_PORT", Integer.toString(port));
    environment.put("RABBITMQ_DIST_PORT", Integer.toString(distributionPort));
    environment.put("ERL_EPMD_PORT", Integer.toString(epmdPort));
    environment.put("ERL_EPMD_ADDRESS", "127.0.0.1");
    environment.put("RABBITMQ_MNESIA_BASE", directory.resolve("data").toString());
    environment.put("RABBITMQ_LOG_BASE", directory.resolve("log").toString());
    environment.put("RABBITMQ_CONFIG_FILE", directory.resolve("rabbitmq.conf").toString());
    environment.put("RABBITMQ_ADVANCED_CONFIG_FILE", directory.resolve("none").toString());
    environment.put("RABBITMQ_CONF_ENV_FILE", directory.resolve("env.conf").toString());
    environment.put(
        "RABBITMQ_ENABLED_PLUGINS_FILE", directory.resolve("enabled_plugins").toString());
    environment.put("RABBITMQ_LOGS", "-");
    environment.put(
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}");
    // Makes the script become the Erlang machine instead of waiting beside it, so that its pid is
    // the one to kill; -noinput takes the shell away again.
    environment.put("RABBITMQ_ALLOW_INPUT", "1");
    return environment;
  }
}
