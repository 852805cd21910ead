package io.hongyan.jobs;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.UUID;

/**
 * Who did it, in {@code scheduler_log.instance} and {@code shedlock.locked_by}: program, host and
 * process id for people to find the log by, and an end that no other instance has.
 */
public record InstanceName(String text) {

  /** A name for this process. */
  static InstanceName of(String application) {
    return new InstanceName(
        "%s@%s/%d-%s"
            .formatted(
                application,
                host(),
                ProcessHandle.current().pid(),
                UUID.randomUUID().toString().substring(0, 8)));
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown-host";
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
