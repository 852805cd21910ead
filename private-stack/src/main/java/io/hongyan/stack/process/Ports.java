package io.hongyan.stack.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Hands out loopback ports from a block that no other suite of this machine uses meanwhile: a
 * server that was killed must find its port free when it comes back, and nobody else's server
 * behind it. Blocks are below the ports that the kernel gives to outgoing connections.
 */
public final class Ports implements AutoCloseable {

  private static final int FIRST = 20_000;
  private static final int BLOCKS = 100;
  private static final int BLOCK = 100;

  private final ServerSocket blockHolder;
  private int next;

  /** Takes a block; whoever holds its first port has it. */
  public Ports() {
    this.blockHolder = holdAnyBlock();
    this.next = blockHolder.getLocalPort() + 1;
  }

  private static ServerSocket holdAnyBlock() {
    List<Integer> firstPorts = new ArrayList<>();
    for (int block = 0; block < BLOCKS; block++) {
      firstPorts.add(FIRST + block * BLOCK);
    }
    Collections.shuffle(firstPorts);
    for (int port : firstPorts) {
      try {
        return listen(port);
      } catch (IOException e) {
        // Somebody else's block: the next one is tried.
      }
    }
    throw new IllegalStateException("every block of ports from %d on is in use".formatted(FIRST));
  }

  /** A port that nobody listens on and that was not given out yet. */
  public synchronized int next() {
    while (next < blockHolder.getLocalPort() + BLOCK) {
      int port = next++;
      try (ServerSocket free = listen(port)) {
        return free.getLocalPort();
      } catch (IOException e) {
        // A server that knows nothing of blocks listens there: the next one is tried.
      }
    }
    throw new IllegalStateException(
        "no free port from %d on".formatted(blockHolder.getLocalPort()));
  }

  private static ServerSocket listen(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Gives the block back; to be called when all that listens in it has ended. */
  @Override
  public void close() {
    try {
      blockHolder.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close port " + blockHolder.getLocalPort(), e);
    }
  }
}
