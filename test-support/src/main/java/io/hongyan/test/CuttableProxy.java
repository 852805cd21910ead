package io.hongyan.test;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy in front of a real server, so that a test can break its connections ({@link
 * #reset()}), take it away ({@link #cut()}), silence it ({@link #stall()}, {@link #forget()}) and
 * bring it back ({@link #restore()}) without stopping it for others. Thread-safe.
 */
public final class CuttableProxy implements AutoCloseable {

  private static final int BUFFER = 16 * 1024;

  private final InetSocketAddress target;
  private final Set<Link> open = ConcurrentHashMap.newKeySet();
  private final int port;
  private volatile @Nullable ServerSocket listener;
  // Done = bytes flow.
  private volatile CompletableFuture<Void> flow = CompletableFuture.completedFuture(null);

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
    reset();
    flow.complete(null);
  }

  /** Breaks every connection; new ones are taken at once. */
  public synchronized void reset() {
    open.forEach(Link::close);
    open.clear();
  }

  /**
   * Carries nothing any more, in either direction, not even the end of a connection: connections
   * stay open and new ones are taken, but nobody answers.
   */
  public synchronized void stall() {
    if (flow.isDone()) {
      flow = new CompletableFuture<>();
      open.forEach(link -> link.flow = flow);
    }
  }

  /**
   * Never again carries a byte of the connections that are open now, as a firewall that has
   * forgotten them: both ends believe that they are connected. New connections work.
   */
  public synchronized void forget() {
    open.forEach(link -> link.flow = new CompletableFuture<>());
  }

  /**
   * Takes connections again, on the same port; what a stall held back goes on its way, as after a
   * network's bad minute.
   */
  public synchronized void restore() {
    flow.complete(null);
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
        add(socket, socket.accept());
      } catch (IOException e) {
        if (socket.isClosed()) {
          return;
        }
      }
    }
  }

  private void add(ServerSocket socket, Socket client) throws IOException {
    Link link = new Link(client, new Socket(target.getAddress(), target.getPort()));
    synchronized (this) {
      link.flow = flow;
      open.add(link);
      if (listener != socket) {
        link.close();
      }
    }
    Thread.ofVirtual().start(() -> link.pump(link.client, link.server));
    Thread.ofVirtual().start(() -> link.pump(link.server, link.client));
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

  /** One connection: both its halves, and whether it carries anything. */
  private final class Link {

    final Socket client;
    final Socket server;
    volatile CompletableFuture<Void> flow = CompletableFuture.completedFuture(null);

    Link(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void pump(Socket from, Socket to) {
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] buffer = new byte[BUFFER];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          flow.join();
          out.write(buffer, 0, read);
        }
      } catch (IOException e) {
        // A cut looks like this; both ends are closed below, which is what the test asked for.
      } finally {
        flow.join();
        close();
        open.remove(this);
      }
    }

    void close() {
      closeQuietly(client);
      closeQuietly(server);
      flow.complete(null);
    }
  }
}
