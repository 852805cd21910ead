package io.hongyan.chaos;

import io.hongyan.chaos.stack.Addresses;
import io.hongyan.chaos.stack.Stack;
import io.hongyan.stack.Installation;
import io.hongyan.stack.Service;
import io.hongyan.stack.http.Answer;
import io.hongyan.stack.http.AnyServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Keeps what is needed to understand a round that was not clean: logs, the whole database, what
 * RabbitMQ knows of its queues and who consumes them, and what each service's threads do, virtual
 * ones too.
 */
final class Evidence {

  private static final Duration MANAGEMENT_LIMIT = Duration.ofSeconds(20);

  private final Installation installation;

  Evidence(Installation installation) {
    this.installation = installation;
  }

  /**
   * Copies it to {@code found/<name>} in the suite's home, over that of an earlier run, and says
   * where. What cannot be kept is told and does not end the suite: it may be the database that is
   * broken.
   */
  void keep(String name, Stack stack, List<String> words) {
    words.forEach(word -> System.out.println("    " + word));
    Path directory = installation.home().resolve("found").resolve(name);
    try {
      Files.createDirectories(directory);
      Files.write(directory.resolve("findings.txt"), words);
      copyLogs(installation.home().resolve("logs"), directory);
      copyLogs(installation.home().resolve("small-disk"), directory);
    } catch (IOException e) {
      System.out.printf("    nothing could be kept in %s: %s%n", directory, e);
      return;
    }
    for (String kind : List.of("queues", "channels", "consumers", "connections")) {
      attempt(() -> askRabbit(stack, kind, directory.resolve("rabbitmq-" + kind + ".json")));
    }
    for (Service service : stack.services()) {
      attempt(() -> dumpThreads(service, directory.resolve(service.name() + "-threads.txt")));
    }
    attempt(() -> dumpDatabase(stack.addresses(), directory.resolve("database.sql")));
    System.out.println("    kept in " + directory);
  }

  private static void attempt(Step step) {
    try {
      step.run();
    } catch (IOException | RuntimeException e) {
      // Whatever is broken, the rest is kept and the suite goes on.
      System.out.println("    not kept: " + e);
    }
  }

  private static void askRabbit(Stack stack, String kind, Path file) throws IOException {
    Answer answer =
        AnyServer.of(stack.addresses().managements())
            .call("GET", "/api/" + kind, null, MANAGEMENT_LIMIT);
    Files.writeString(file, answer.text());
  }

  private void dumpThreads(Service service, Path file) throws IOException {
    if (service.process().isRunning()) {
      run(
          new ProcessBuilder(
              installation.java().resolveSibling("jcmd").toString(),
              Long.toString(service.process().pid()),
              "Thread.dump_to_file",
              "-overwrite",
              file.toString()),
          file.resolveSibling("jcmd.log"));
    }
  }

  private static void copyLogs(Path logs, Path directory) throws IOException {
    if (Files.isDirectory(logs)) {
      try (Stream<Path> files = Files.list(logs)) {
        for (Path file : files.filter(path -> path.toString().endsWith(".log")).toList()) {
          Files.copy(
              file, directory.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  private void dumpDatabase(Addresses addresses, Path file) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            installation.postgresBin().resolve("pg_dump").toString(),
            "--dbname=" + addresses.databaseUrl().substring("jdbc:".length()),
            "--username=" + addresses.databaseUser());
    builder.environment().put("PGPASSWORD", addresses.databasePassword());
    run(builder, file);
  }

  private static void run(ProcessBuilder program, Path output) throws IOException {
    Process process = program.inheritIO().redirectOutput(output.toFile()).start();
    try {
      if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new IOException(program.command().getFirst() + " failed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private interface Step {
    void run() throws IOException;
  }
}
