package io.hongyan.stack;

import static org.awaitility.Awaitility.await;

import io.hongyan.stack.http.HttpCalls;
import io.hongyan.stack.http.UnexpectedAnswerException;
import io.hongyan.stack.process.OwnProcess;
import io.hongyan.stack.process.Ports;
import io.hongyan.stack.process.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * RabbitMQ with one or more nodes, each with a copy of every quorum queue; with an Erlang port
 * mapper of its own, so that it meets no other RabbitMQ of this machine.
 */
public final class RabbitCluster implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final Duration STOP_LIMIT = Duration.ofMinutes(1);

  private final String password;
  private final OwnProcess epmd;
  private final List<RabbitNode> nodes;

  /**
   * Nothing runs yet.
   *
   * @param size nodes; of three or more, a quorum queue bears the loss of one
   */
  public RabbitCluster(
      Installation installation,
      int size,
      String password,
      Path logs,
      Ports ports,
      Processes processes) {
    List<String> names =
        IntStream.rangeClosed(1, size)
            .mapToObj(number -> "h%d@localhost".formatted(number))
            .toList();
    this.password = password;
    Path directory = installation.data().resolve("rabbitmq");
    int epmdPort = ports.next();
    try {
      Files.createDirectories(directory);
      Path cookie = directory.resolve(".erlang.cookie");
      Files.writeString(cookie, password);
      Files.setPosixFilePermissions(cookie, PosixFilePermissions.fromString("r--------"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare " + directory, e);
    }
    this.epmd =
        processes.create(
            "epmd",
            List.of(
                installation.epmd().toString(),
                "-address",
                "127.0.0.1",
                "-port",
                Integer.toString(epmdPort)),
            Map.of("HOME", directory.toString()),
            directory,
            logs.resolve("epmd.log"));
    this.nodes =
        names.stream()
            .map(
                name ->
                    new RabbitNode(
                        installation,
                        name,
                        names,
                        epmdPort,
                        password,
                        directory,
                        logs,
                        ports,
                        processes))
            .toList();
  }

  public List<RabbitNode> nodes() {
    return nodes;
  }

  /** Starts every node that does not run; returns at once. */
  public void start() {
    if (!epmd.isRunning()) {
      epmd.start();
    }
    nodes.stream()
        .map(RabbitNode::process)
        .filter(process -> !process.isRunning())
        .forEach(OwnProcess::start);
  }

  /** Stops every node as an operator would, all at once, and waits for their end. */
  public void stop() {
    List<OwnProcess> running =
        nodes.stream().map(RabbitNode::process).filter(OwnProcess::isRunning).toList();
    running.forEach(OwnProcess::terminate);
    for (OwnProcess process : running) {
      if (!process.awaitExit(STOP_LIMIT)) {
        // A node that has lost its quorum may wait for the others when asked politely.
        process.kill();
      }
    }
  }

  /** Waits until all nodes run and know each other, and every queue has a leader. */
  public void awaitWhole() {
    await("a RabbitMQ cluster of " + nodes.size())
        .atMost(START_LIMIT)
        .pollInterval(Duration.ofMillis(250))
        .failFast("a node ended:\n" + lastLinesOfEnded(), () -> !lastLinesOfEnded().isEmpty())
        .until(this::isWhole);
  }

  private String lastLinesOfEnded() {
    List<String> ended = new ArrayList<>();
    for (RabbitNode node : nodes) {
      if (!node.process().isRunning()) {
        ended.add(node.process().name() + "\n" + node.process().lastLines());
      }
    }
    return String.join("\n", ended);
  }

  private boolean isWhole() {
    try {
      for (RabbitNode node : nodes) {
        int running = 0;
        for (JsonNode peer : get(node, "/api/nodes")) {
          running += peer.path("running").asBoolean(false) ? 1 : 0;
        }
        if (running != nodes.size()) {
          return false;
        }
      }
      return queues().stream()
          .filter(queue -> queue.path("type").asString("").equals("quorum"))
          .noneMatch(queue -> queue.path("leader").asString("").isEmpty());
    } catch (IOException | UnexpectedAnswerException e) {
      return false; // does not listen yet, or does not know its users yet
    }
  }

  /** The node that leads most of the accounts' queues. */
  public RabbitNode leader() throws IOException {
    Map<String, Integer> led = new HashMap<>();
    for (JsonNode queue : queues()) {
      if (queue.path("name").asString("").startsWith("hongyan.send.")) {
        led.merge(queue.path("leader").asString(""), 1, Integer::sum);
      }
    }
    return nodes.stream()
        .max(Comparator.comparingInt(node -> led.getOrDefault(node.name(), 0)))
        .orElseThrow();
  }

  private List<JsonNode> queues() throws IOException {
    List<JsonNode> queues = new ArrayList<>();
    RabbitNode running =
        nodes.stream().filter(node -> node.process().isRunning()).findFirst().orElseThrow();
    get(running, "/api/queues").forEach(queues::add);
    return queues;
  }

  private JsonNode get(RabbitNode node, String path) throws IOException {
    return HttpCalls.to(management(node)).get(path).expectingSuccess().json();
  }

  /** The management API of a node, with user and password. */
  public URI management(RabbitNode node) {
    return URI.create("http://hongyan:%s@127.0.0.1:%d".formatted(password, node.managementPort()));
  }

  @Override
  public void close() {
    nodes.stream()
        .map(RabbitNode::process)
        .filter(OwnProcess::isRunning)
        .forEach(OwnProcess::terminate);
    nodes.forEach(node -> node.process().close());
    epmd.close();
  }
}
