package io.hongyan.bench.machine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * async-profiler inside a JVM that runs already: where its threads, the compiler's and the
 * collector's too, spend their CPU time.
 */
public final class CpuProfiler {

  private static final String LIBRARY = "libasyncProfiler.so";

  private final Path jcmd;
  private final Path library;

  /**
   * @param jcmd the JDK's program of that name
   * @param directory the profiler's library is put here
   */
  public CpuProfiler(Path jcmd, Path directory) {
    this.jcmd = jcmd;
    this.library = directory.resolve(LIBRARY);
    String resource = "/%s/%s".formatted(platform(), LIBRARY);
    try (InputStream packed = CpuProfiler.class.getResourceAsStream(resource)) {
      if (packed == null) {
        throw new IllegalStateException("async-profiler has no library for " + platform());
      }
      Files.createDirectories(directory);
      Files.copy(packed, library, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot put the profiler into " + directory, e);
    }
  }

  /** Begins; one sample for each millisecond of CPU time that a thread uses. */
  public void start(long pid) {
    command(pid, "start,event=ctimer,interval=1ms");
  }

  /** Ends, and writes a flame graph to open in a browser, and the stacks as text. */
  public void stop(long pid, Path flameGraph, Path stacks) {
    command(pid, "dump,flamegraph,file=" + flameGraph);
    command(pid, "stop,collapsed,file=" + stacks);
  }

  private void command(long pid, String arguments) {
    try {
      Process load =
          new ProcessBuilder(
                  List.of(
                      jcmd.toString(),
                      Long.toString(pid),
                      "JVMTI.agent_load",
                      library.toString(),
                      // Unquoted, jcmd takes what is before an equals sign for an option of its
                      // own.
                      '"' + arguments + '"'))
              .redirectErrorStream(true)
              .start();
      String said = new String(load.getInputStream().readAllBytes());
      if (!load.waitFor(1, TimeUnit.MINUTES)
          || load.exitValue() != 0
          || !said.contains("return code: 0")) {
        throw new IllegalStateException(
            "the profiler did not take %s, the process' own log says why: %s"
                .formatted(arguments, said));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + jcmd, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static String platform() {
    return "linux-" + (System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x64");
  }
}
