package io.hongyan.chaos.stack;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A file system in memory, small enough to fill: what a disk is when nobody has looked at it. */
public final class SmallDisk implements AutoCloseable {

  // Above the 10 MB below which the services' health says "disk full".
  private static final int MEGABYTES = 32;

  private final Path directory;
  private final Path filler;

  private SmallDisk(Path directory) {
    this.directory = directory;
    this.filler = directory.resolve("filler");
  }

  /** Whether this user may mount one. */
  public static boolean isAllowed() {
    return "root".equals(System.getProperty("user.name"));
  }

  /**
   * Mounts it, in place of one that a killed suite has left.
   *
   * @throws UncheckedIOException where this user may not mount
   */
  static SmallDisk mount(Path directory) {
    try {
      Files.createDirectories(directory);
      while (isMounted(directory)) {
        run(List.of("umount", "--lazy", directory.toString()));
      }
      run(
          List.of(
              "mount",
              "-t",
              "tmpfs",
              "-o",
              "size=" + MEGABYTES + "m",
              "tmpfs",
              directory.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot mount a small file system on " + directory + "; this scenario needs root", e);
    }
    return new SmallDisk(directory);
  }

  private static boolean isMounted(Path directory) throws IOException {
    try (Stream<String> mounts = Files.lines(Path.of("/proc/mounts"))) {
      return mounts.anyMatch(line -> line.split(" ")[1].equals(directory.toString()));
    }
  }

  Path directory() {
    return directory;
  }

  /** Fills it to the last byte. */
  public void fill() {
    byte[] block = new byte[4096];
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      // "No space left on device" is what was wanted; anything else leaves room, which is told.
      if (freeBytes() > block.length) {
        throw new UncheckedIOException("cannot fill " + directory, e);
      }
    }
  }

  /** Makes room again. */
  public void free() {
    try {
      Files.deleteIfExists(filler);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + filler, e);
    }
  }

  private long freeBytes() {
    try {
      return Files.getFileStore(directory).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look at " + directory, e);
    }
  }

  @Override
  public void close() {
    try {
      run(List.of("umount", "--lazy", directory.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unmount " + directory, e);
    }
  }

  private static void run(List<String> command) throws IOException {
    try {
      int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
      if (exit != 0) {
        throw new IOException("%s ended with %d".formatted(command, exit));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
