package io.hongyan.chaos;

import io.hongyan.chaos.stack.Addresses;
import io.hongyan.chaos.stack.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Keeps what is needed to understand a round that was not clean: logs and the whole database. */
final class Evidence {

  private final Installation installation;

  Evidence(Installation installation) {
    this.installation = installation;
  }

  /** Copies it to {@code found/<name>} in the suite's home; returns that directory. */
  Path keep(String name, Addresses addresses, List<String> words) {
    Path directory = installation.home().resolve("found").resolve(name);
    try {
      Files.createDirectories(directory);
      Files.write(directory.resolve("findings.txt"), words);
      Path logs = installation.home().resolve("logs");
      try (Stream<Path> files = Files.list(logs)) {
        for (Path file : files.toList()) {
          Files.copy(file, directory.resolve(logs.relativize(file)));
        }
      }
      dump(addresses, directory.resolve("database.sql"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep evidence in " + directory, e);
    }
    return directory;
  }

  private void dump(Addresses addresses, Path file) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            installation.postgresBin().resolve("pg_dump").toString(),
            "--dbname=" + addresses.databaseUrl().substring("jdbc:".length()),
            "--username=" + addresses.databaseUser());
    builder.environment().put("PGPASSWORD", addresses.databasePassword());
    Process dump = builder.inheritIO().redirectOutput(file.toFile()).start();
    try {
      if (!dump.waitFor(2, TimeUnit.MINUTES) || dump.exitValue() != 0) {
        throw new IOException("pg_dump failed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
