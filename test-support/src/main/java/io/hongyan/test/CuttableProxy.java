package io.hongyan.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy in front of a real server, so that a test can take the server away ({@link #cut()})
 * and bring it back ({@link #restore()}) without stopping it for others. Thread-safe.
 */
public final class CuttableProxy implements AutoCloseable {

  private final InetSocketAddress target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final int port;
  private volatile @Nullable ServerSocket listener;

  /** Starts to forward from a free loopback port to the target. */
  public CuttableProxy(String host, int targetPort) {
    this.target = new InetSocketAddress(host, targetPort);
    this.port = listen(0);
  }

  /** The loopback port that stands for the server. */
  public int port() {
    return port;
  }

  /** The server's address, user, password and path as they are, with this proxy in its place. */
  public String insteadOf(URI server) {
    return server
        .toString()
        .replace(server.getHost() + ":" + server.getPort(), "127.0.0.1:" + port);
  }

  /** Breaks every connection and refuses new ones. */
  public synchronized void cut() {
    ServerSocket current = listener;
    listener = null;
    closeQuietly(current);
    open.forEach(CuttableProxy::closeQuietly);
    open.clear();
  }

  /** Takes connections again, on the same port. */
  public synchronized void restore() {
    if (listener == null) {
      listen(port);
    }
  }

  @Override
  public void close() {
    cut();
  }

  private int listen(int wanted) {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted));
      listener = socket;
      Thread.ofVirtual().start(() -> accept(socket));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("the proxy cannot listen on port " + wanted, e);
    }
  }

  private void accept(ServerSocket socket) {
    while (socket == listener || !socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Socket server = new Socket(target.getAddress(), target.getPort());
        open.add(client);
        open.add(server);
        if (listener != socket) {
          closeQuietly(client);
          closeQuietly(server);
        }
        Thread.ofVirtual().start(() -> pump(client, server));
        Thread.ofVirtual().start(() -> pump(server, client));
      } catch (IOException e) {
        if (socket.isClosed()) {
          return;
        }
      }
    }
  }

  private void pump(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // A cut looks like this; both ends are closed below, which is what the test asked for.
    } finally {
      closeQuietly(from);
      closeQuietly(to);
      open.remove(from);
      open.remove(to);
    }
  }

  private static void closeQuietly(@Nullable AutoCloseable socket) {
    if (socket == null) {
      return;
    }
    try {
      socket.close();
    } catch (Exception e) {
      throw new IllegalStateException("a socket could not be closed", e);
    }
  }
}
