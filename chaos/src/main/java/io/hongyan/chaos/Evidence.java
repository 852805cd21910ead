package io.hongyan.chaos;

import io.hongyan.chaos.stack.Addresses;
import io.hongyan.chaos.stack.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Keeps what is needed to understand a round that was not clean: logs and the whole database. */
final class Evidence {

  private final Installation installation;

  Evidence(Installation installation) {
    this.installation = installation;
  }

  /**
   * Copies it to {@code found/<name>} in the suite's home, over that of an earlier run, and says
   * where. What cannot be kept is told and does not end the suite: it may be the database that is
   * broken.
   */
  void keep(String name, Addresses addresses, List<String> words) {
    words.forEach(word -> System.out.println("    " + word));
    Path directory = installation.home().resolve("found").resolve(name);
    try {
      Files.createDirectories(directory);
      Files.write(directory.resolve("findings.txt"), words);
      copyLogs(installation.home().resolve("logs"), directory);
      copyLogs(installation.home().resolve("small-disk"), directory);
      dump(addresses, directory.resolve("database.sql"));
      System.out.println("    kept in " + directory);
    } catch (IOException e) {
      System.out.printf("    not all of it could be kept in %s: %s%n", directory, e);
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
