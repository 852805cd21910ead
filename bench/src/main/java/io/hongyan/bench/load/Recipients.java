package io.hongyan.bench.load;

import io.hongyan.bench.peer.Payload;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/**
 * Bodies of batches on disk, made before anything is measured: everybody a different openid, the
 * same five fields as the peers send.
 */
public final class Recipients {

  private static final Map<String, String> FIELDS = new TreeMap<>(Payload.FIELDS);
  private static final String DATA = JsonMapper.shared().writeValueAsString(FIELDS);
  private static final String URL = "https://shop.example.com/orders/";

  private final Path directory;

  /**
   * @param directory bodies are kept here and used again
   */
  public Recipients(Path directory) {
    this.directory = directory;
  }

  /** A body with that many recipients. */
  public Path body(Format format, int count) {
    Path file = directory.resolve("recipients-%d.%s".formatted(count, format));
    if (!Files.exists(file)) {
      try {
        Files.createDirectories(directory);
        write(file, format, count);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write " + file, e);
      }
    }
    return file;
  }

  /** A whole JSON body for one recipient. */
  public static String single(String account, int number, boolean urgent) {
    return """
        {"account":"%s","template":"%s","priority":"%s","recipients":[%s]}"""
        .formatted(account, BenchAccounts.TEMPLATE, urgent ? "urgent" : "normal", json(number));
  }

  private static void write(Path file, Format format, int count) throws IOException {
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      if (format == Format.CSV) {
        writer.write("openid,ref,url," + String.join(",", FIELDS.keySet()) + "\n");
      }
      for (int number = 1; number <= count; number++) {
        writer.write(format == Format.CSV ? csv(number) : json(number));
        writer.write('\n');
      }
    }
  }

  private static String json(int number) {
    return """
        {"openid":"%s","ref":"order-%d","url":"%s%d","data":%s}"""
        .formatted(openid(number), number, URL, number, DATA);
  }

  private static String csv(int number) {
    return "%s,order-%d,%s%d,%s"
        .formatted(
            openid(number),
            number,
            URL,
            number,
            FIELDS.values().stream()
                .map(value -> '"' + value + '"')
                .collect(Collectors.joining(",")));
  }

  private static String openid(int number) {
    return "oBench%022d".formatted(number);
  }
}
