package io.hongyan.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What can be started: a module's packaged jar, and how to tell that it is up. */
enum Program {
  GATEWAY("gateway-service", "HONGYAN_GATEWAY_PORT", "/actuator/health"),
  SENDER("sender-service", "HONGYAN_SENDER_PORT", "/actuator/health"),
  SIMULATOR("wechat-simulator", "HONGYAN_SIMULATOR_PORT", "/_sim/health");

  private final String module;
  private final String portSetting;
  private final String healthPath;

  Program(String module, String portSetting, String healthPath) {
    this.module = module;
    this.portSetting = portSetting;
    this.healthPath = healthPath;
  }

  /** Name of the environment variable with the port to listen on. */
  String portSetting() {
    return portSetting;
  }

  /** Answers 200 when all is well. */
  String healthPath() {
    return healthPath;
  }

  /** The jar that this build packaged; fails if there is none. */
  Path jar() {
    Path target = Path.of("..", module, "target");
    try (Stream<Path> files = Files.isDirectory(target) ? Files.list(target) : Stream.empty()) {
      List<Path> jars =
          files
              .filter(file -> file.getFileName().toString().matches(module + "-[0-9].*\\.jar"))
              .toList();
      if (jars.size() != 1) {
        throw new IllegalStateException(
            "expected one packaged jar of %s in %s, found %s: run mvn package first, or mvn clean"
                .formatted(module, target.toAbsolutePath().normalize(), jars));
      }
      return jars.getFirst();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look for the jar of " + module, e);
    }
  }
}
