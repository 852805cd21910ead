package io.hongyan.stack.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Starts the suite's programs and remembers them on disk, so that what a killed suite has left
 * behind is ended by the next one. A pid that somebody else has got since is left alone.
 */
public final class Processes {

  private final Path directory;

  /**
   * @param directory one small file for each program; nobody else writes there
   */
  public Processes(Path directory) {
    this.directory = directory;
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + directory, e);
    }
  }

  /** A program of this suite, not started yet; see {@link OwnProcess}. */
  public OwnProcess create(
      String name,
      List<String> command,
      Map<String, String> environment,
      Path workingDirectory,
      Path log) {
    return new OwnProcess(name, command, environment, workingDirectory, log, this);
  }

  void remember(String name, ProcessHandle process) throws IOException {
    Files.writeString(
        directory.resolve(name),
        process.pid() + " " + process.info().startInstant().map(Instant::toString).orElse(""));
  }

  /** Kills what an earlier suite has left running. */
  public void endLeftovers() {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        String[] pidAndStart = Files.readString(file).split(" ", 2);
        Optional<ProcessHandle> left =
            ProcessHandle.of(Long.parseLong(pidAndStart[0]))
                .filter(process -> wasStartedAt(process, pidAndStart[1]));
        left.ifPresent(
            process -> {
              process.destroyForcibly();
              process.onExit().join();
            });
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + directory, e);
    }
  }

  private static boolean wasStartedAt(ProcessHandle process, String start) {
    return process.info().startInstant().map(Instant::toString).orElse("").equals(start)
        && !start.isEmpty();
  }
}
