package io.hongyan.stack;

import static org.awaitility.Awaitility.await;

import io.hongyan.stack.process.OwnProcess;
import io.hongyan.stack.process.Ports;
import io.hongyan.stack.process.Processes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A Redis of the suite's own that keeps nothing on disk: killed, it has forgotten everything. */
public final class Redis implements AutoCloseable {

  private final String password;
  private final int port;
  private final OwnProcess process;

  /** Nothing runs yet. */
  public Redis(
      Installation installation, String password, Path logs, Ports ports, Processes processes) {
    this.password = password;
    this.port = ports.next();
    Path directory = installation.data().resolve("redis");
    Path settings = directory.resolve("redis.conf");
    try {
      Files.createDirectories(directory);
      Files.writeString(
          settings,
          """
          port %d
          bind 127.0.0.1
          requirepass %s
          dir %s
          save ""
          appendonly no
          """
              .formatted(port, password, directory));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + settings, e);
    }
    this.process =
        processes.create(
            "redis",
            List.of(installation.redis().toString(), settings.toString()),
            Map.of(),
            directory,
            logs.resolve("redis.log"));
  }

  public OwnProcess process() {
    return process;
  }

  /** With the password. */
  public String url() {
    return "redis://:%s@127.0.0.1:%d".formatted(password, port);
  }

  public void startAndAwait() {
    if (!process.isRunning()) {
      process.start();
    }
    await("Redis answers").until(() -> reply("PING").equals("+PONG"));
  }

  /** Forgets everything, tokens and locks included, and goes on. */
  public void flush() {
    String reply = reply("FLUSHALL");
    if (!reply.equals("+OK")) {
      throw new IllegalStateException("Redis did not flush: " + reply);
    }
  }

  /** The reply's line; empty while nobody listens. */
  private String reply(String command) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(5_000);
      BufferedReader replies =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      String last = "";
      for (String line : List.of("AUTH " + password, command)) {
        socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        String reply = replies.readLine();
        last = reply == null ? "" : reply;
      }
      return last;
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
