package io.hongyan.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The program as the launcher runs it: a process of its own. */
@Timeout(60)
class MainTest {

  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void end() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void printsOneLineWhenReadyAndEndsAtOnceWhenTold() throws Exception {
    Process process = run("0");

    String line = process.inputReader(StandardCharsets.UTF_8).readLine();

    assertThat(line).matches("wechat simulator ready on http://127\\.0\\.0\\.1:\\d+");
    int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      assertThat(socket.isConnected()).isTrue();
      process.destroy();
      assertThat(process.waitFor(2, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void saysWhichPortIsTakenAndExitsWithOne() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Process process = run(Integer.toString(taken.getLocalPort()));

      assertThat(process.errorReader(StandardCharsets.UTF_8).lines())
          .anyMatch(line -> line.contains("can't listen on 127.0.0.1:" + taken.getLocalPort()))
          .noneMatch(line -> line.contains("Exception"));
      assertThat(process.waitFor()).isEqualTo(1);
    }
  }

  @Test
  void saysWhichSettingIsWrongAndExitsWithOne() throws Exception {
    Process process = run("eighty");

    assertThat(process.errorReader(StandardCharsets.UTF_8).readLine())
        .isEqualTo(
            "wechat simulator not started: HONGYAN_SIMULATOR_PORT must be a number from 0 to"
                + " 65535, not \"eighty\"");
    assertThat(process.waitFor()).isEqualTo(1);
  }

  private Process run(String port) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName());
    builder.environment().put("HONGYAN_SIMULATOR_PORT", port);
    builder.environment().remove("HONGYAN_SIMULATOR_HOST");
    Process process = builder.start();
    started.add(process);
    return process;
  }
}
