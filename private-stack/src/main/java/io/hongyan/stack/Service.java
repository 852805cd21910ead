package io.hongyan.stack;

import static org.awaitility.Awaitility.await;

import io.hongyan.stack.http.HttpCalls;
import io.hongyan.stack.process.OwnProcess;
import io.hongyan.stack.process.Processes;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A gateway, a sender or the simulator as a process, on a port that it keeps over restarts. */
public final class Service {

  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  /** What a gateway logs when it mends by itself what should not have happened. */
  private static final List<String> REPAIRS =
      List.of("counters differed from the outcomes", "lost messages released again");

  private static final int SHOWN_REPAIRS = 5;

  private final OwnProcess process;
  private final URI uri;
  private final String healthPath;
  private long logRead;

  Service(OwnProcess process, int port, String healthPath) {
    this.process = process;
    this.uri = URI.create("http://127.0.0.1:" + port);
    this.healthPath = healthPath;
  }

  /**
   * @param portSetting environment variable with the port to listen on
   * @param options for the JVM
   */
  public static Service of(
      Installation installation,
      String name,
      Path jar,
      String portSetting,
      int port,
      String healthPath,
      List<String> options,
      Map<String, String> environment,
      Path logs,
      Processes processes) {
    List<String> command =
        new ArrayList<>(List.of(installation.java().toString(), "-Xmx512m", "-XX:+UseSerialGC"));
    command.addAll(options);
    command.addAll(List.of("-jar", jar.toString()));
    Map<String, String> all = new HashMap<>(environment);
    all.put(portSetting, Integer.toString(port));
    all.put("SERVER_ADDRESS", "127.0.0.1");
    return new Service(
        processes.create(name, command, all, logs, logs.resolve(name + ".log")), port, healthPath);
  }

  public String name() {
    return process.name();
  }

  public OwnProcess process() {
    return process;
  }

  public URI uri() {
    return uri;
  }

  /**
   * What it did since this was last asked that nobody ordered: an end, or a repair of what should
   * not have happened, as its log tells.
   */
  public List<String> takeIncidents() {
    List<String> incidents = new ArrayList<>(process.takeUnorderedEnds());
    try (RandomAccessFile log = new RandomAccessFile(process.log().toFile(), "r")) {
      // What was cut off or is written meanwhile is read the next time, or never: a full disk may
      // take lines away, and then other findings must do.
      log.seek(Math.min(logRead, log.length()));
      byte[] unread = new byte[(int) (log.length() - log.getFilePointer())];
      log.readFully(unread);
      logRead = log.length();
      new String(unread, StandardCharsets.UTF_8)
          .lines()
          .filter(line -> REPAIRS.stream().anyMatch(line::contains))
          .limit(SHOWN_REPAIRS)
          .forEach(line -> incidents.add(name() + ": " + line));
    } catch (FileNotFoundException e) {
      return incidents; // never started
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + process.log(), e);
    }
    return incidents;
  }

  /** Starts it if it does not run; returns at once. */
  public void start() {
    if (!process.isRunning()) {
      process.start();
    }
  }

  /** Waits until it says that it and every server it needs are well. */
  public void awaitHealthy() {
    await(name() + " is up")
        .atMost(START_LIMIT)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              if (!process.isRunning()) {
                throw new IllegalStateException(
                    name() + " ended; its log ends with\n" + process.lastLines());
              }
              return isHealthy();
            });
  }

  private boolean isHealthy() {
    try {
      return HttpCalls.to(uri).get(healthPath).status() == 200;
    } catch (IOException e) {
      return false; // does not listen yet
    }
  }
}
