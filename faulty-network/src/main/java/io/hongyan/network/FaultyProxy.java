package io.hongyan.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy in front of a real server, so that whoever goes through it can be cut off ({@link
 * #cut()}), have its connections broken ({@link #reset()}) or get no answer ({@link #stall()},
 * {@link #forget()}), and be let through again ({@link #restore()}), while the server runs on for
 * others. Thread-safe.
 */
public final class FaultyProxy implements AutoCloseable {

  private static final int BUFFER = 64 * 1024;
  private static final int BACKLOG = 1024;

  private final InetSocketAddress target;
  private final Set<Connection> open = new HashSet<>();
  private final int port;
  // No monitor: on a JDK before 24 a virtual thread that waits in one keeps its carrier.
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition flows = lock.newCondition();
  private boolean stalled;
  private @Nullable ServerSocket listener;
  private @Nullable Thread acceptor;

  /** Starts to forward from a free loopback port to the target. */
  public FaultyProxy(String host, int targetPort) {
    this(0, host, targetPort);
  }

  /**
   * Starts to forward from this loopback port to the target.
   *
   * @param port 0 = a free one
   */
  public FaultyProxy(int port, String host, int targetPort) {
    this.target = new InetSocketAddress(host, targetPort);
    this.port = listen(port);
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

  /** Ends every connection and refuses new ones; the port is free when this returns. */
  public void cut() {
    Thread ended =
        locked(
            () -> {
              Thread current = acceptor;
              end(listener);
              listener = null;
              acceptor = null;
              endAll(false);
              return current;
            });
    if (ended != null) {
      try {
        // As long as somebody waits in accept, the port is taken.
        ended.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Breaks every connection with a reset; new ones are taken at once. */
  public void reset() {
    locked(
        () -> {
          endAll(true);
          return null;
        });
  }

  /**
   * Carries nothing any more, in either direction, not even the end of a connection: connections
   * stay open and new ones are taken, but nobody answers.
   */
  public void stall() {
    locked(() -> stalled = true);
  }

  /**
   * Never again carries a byte of the connections that are open now, as a firewall that has
   * forgotten them: both ends believe that they are connected. New connections work.
   */
  public void forget() {
    locked(
        () -> {
          open.forEach(connection -> connection.forgotten = true);
          return null;
        });
  }

  /**
   * Takes connections again, on the same port; what a stall held back goes on its way, as after a
   * network's bad minute.
   */
  public void restore() {
    locked(
        () -> {
          stalled = false;
          flows.signalAll();
          return listener == null ? listen(port) : port;
        });
  }

  @Override
  public void close() {
    cut();
    locked(() -> stalled = false);
  }

  private int listen(int wanted) {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), BACKLOG);
      listener = socket;
      acceptor =
          Thread.ofVirtual()
              .name("proxy-" + socket.getLocalPort())
              .start(() -> acceptUntilClosed(socket));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("the proxy cannot listen on port " + wanted, e);
    }
  }

  private void acceptUntilClosed(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Connection connection = new Connection(socket.accept());
        boolean taken = locked(() -> listener == socket && open.add(connection));
        if (taken) {
          Thread.ofVirtual().start(connection::carry);
        } else {
          connection.end(false);
        }
      } catch (IOException e) {
        // Closed by a cut, and the loop ends; anything else concerns one connection only.
      }
    }
  }

  /** Called with the lock held. */
  private void endAll(boolean withReset) {
    List<Connection> all = List.copyOf(open);
    open.clear();
    all.forEach(connection -> connection.end(withReset));
    flows.signalAll();
  }

  /** Waits as long as the connection carries nothing. */
  private void awaitFlow(Connection connection) throws InterruptedException {
    lock.lock();
    try {
      while ((stalled || connection.forgotten) && open.contains(connection)) {
        flows.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private <T extends @Nullable Object> T locked(Supplier<T> change) {
    lock.lock();
    try {
      return change.get();
    } finally {
      lock.unlock();
    }
  }

  private static void end(@Nullable AutoCloseable socket) {
    if (socket != null) {
      try {
        socket.close();
      } catch (Exception e) {
        throw new IllegalStateException("a socket could not be closed", e);
      }
    }
  }

  /** Both halves of what the two ends take for one connection. */
  private final class Connection {

    private final Socket client;
    private final Socket server = new Socket();
    private volatile boolean forgotten;

    Connection(Socket client) {
      this.client = client;
    }

    /** Connects to the server, then carries both ways until either end is done. */
    void carry() {
      try {
        awaitFlow(this);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        server.connect(target);
        Thread.ofVirtual().start(() -> pump(server, client));
        pump(client, server);
      } catch (IOException e) {
        // The server is away or this was ended: the client sees a connection that ends.
        endWhenFlowing();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        endWhenFlowing();
      }
    }

    private void pump(Socket from, Socket to) {
      byte[] buffer = new byte[BUFFER];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          awaitFlow(this);
          out.write(buffer, 0, read);
        }
      } catch (IOException | InterruptedException e) {
        // One end broke; the other hears of it below.
      } finally {
        endWhenFlowing();
      }
    }

    /** Not even an end is carried while nothing is. */
    private void endWhenFlowing() {
      try {
        awaitFlow(this);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      locked(() -> open.remove(this));
      end(false);
    }

    void end(boolean withReset) {
      for (Socket socket : List.of(client, server)) {
        if (withReset) {
          try {
            socket.setSoLinger(true, 0);
          } catch (IOException e) {
            // Closed already, which is what is wanted.
          }
        }
        FaultyProxy.end(socket);
      }
    }
  }
}
