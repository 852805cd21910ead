package io.hongyan.simulator;

import java.net.BindException;
import java.time.Clock;
import java.util.Map;

/** Starts the simulator from the environment; it runs until the process is ended. */
final class Main {

  private static final int DEFAULT_PORT = 8090;

  private Main() {}

  @SuppressWarnings("SystemOut") // a program for the terminal: one line when ready, one when not
  public static void main(String[] args) {
    Map<String, String> environment = System.getenv();
    String host = environment.getOrDefault("HONGYAN_SIMULATOR_HOST", "127.0.0.1");
    String port =
        environment.getOrDefault("HONGYAN_SIMULATOR_PORT", Integer.toString(DEFAULT_PORT));
    try {
      WeChatSimulator simulator = WeChatSimulator.start(host, parsePort(port), Clock.systemUTC());
      System.out.printf("wechat simulator ready on http://%s:%d%n", host, simulator.port());
    } catch (BindException e) {
      System.err.printf(
          "wechat simulator can't listen on %s:%s (%s): set HONGYAN_SIMULATOR_PORT or"
              + " HONGYAN_SIMULATOR_HOST to an address that is free%n",
          host, port, e.getMessage());
      System.exit(1);
    } catch (IllegalArgumentException e) {
      System.err.println("wechat simulator not started: " + e.getMessage());
      System.exit(1);
    }
  }

  private static int parsePort(String port) {
    try {
      int number = Integer.parseInt(port);
      if (number >= 0 && number <= 65_535) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(portMessage(port), e);
    }
    throw new IllegalArgumentException(portMessage(port));
  }

  private static String portMessage(String port) {
    return "HONGYAN_SIMULATOR_PORT must be a number from 0 to 65535, not \"" + port + "\"";
  }
}
