package io.hongyan.chaos.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * Hands out free loopback ports. They are below those that the kernel gives to outgoing
 * connections, so that nobody takes one while its server is down.
 */
public final class Ports {

  private static final int FIRST = 20_000;
  private static final int COUNT = 10_000;

  private final Random random = new Random();
  private final Set<Integer> taken = new HashSet<>();

  /** A port that nobody listens on and that this object has not given out yet. */
  public synchronized int next() {
    for (int attempt = 0; attempt < COUNT; attempt++) {
      int port = FIRST + random.nextInt(COUNT);
      if (!taken.contains(port) && isFree(port)) {
        taken.add(port);
        return port;
      }
    }
    throw new IllegalStateException("no free port from %d on".formatted(FIRST));
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false; // somebody listens there: the next one is tried
    }
  }
}
