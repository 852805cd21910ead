package io.hongyan.chaos.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy that stands for the network between a service and a server, and misbehaves when told:
 * it stalls (bytes get nowhere, connections stay), cuts (connections end, new ones are refused) or
 * resets (connections break at once, new ones work). Thread-safe.
 */
public final class TcpLink implements AutoCloseable {

  private static final int BUFFER = 64 * 1024;

  private final int targetPort;
  private final int port;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition flows = lock.newCondition();
  private boolean stalled;
  private @Nullable ServerSocket listener;
  private @Nullable Thread acceptor;

  /** Forwards from one loopback port to another. */
  public TcpLink(int port, int targetPort) {
    this.port = port;
    this.targetPort = targetPort;
    listen();
  }

  /** The port that stands for the server. */
  public int port() {
    return port;
  }

  /** From now on nothing gets through, and nobody is told. */
  public void stall() {
    lock.lock();
    try {
      stalled = true;
    } finally {
      lock.unlock();
    }
  }

  /** Ends every connection and refuses new ones. */
  public void cut() {
    lock.lock();
    try {
      closeListener();
    } finally {
      lock.unlock();
    }
    open.forEach(TcpLink::end);
  }

  /** Breaks every connection with a reset, as a firewall that forgot them; new ones work. */
  public void reset() {
    open.forEach(
        socket -> {
          try {
            socket.setSoLinger(true, 0);
          } catch (IOException e) {
            // Closed already, which is what is wanted.
          }
          end(socket);
        });
  }

  /** All is well again: stalled bytes flow on, new connections are taken. */
  public void heal() {
    lock.lock();
    try {
      stalled = false;
      flows.signalAll();
      if (listener == null) {
        listen();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      stalled = false;
      flows.signalAll();
    } finally {
      lock.unlock();
    }
    cut();
  }

  private void listen() {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
      listener = socket;
      acceptor = Thread.ofVirtual().name("link-" + port).start(() -> accept(socket));
    } catch (IOException e) {
      throw new UncheckedIOException("the link cannot listen on port " + port, e);
    }
  }

  private void closeListener() {
    ServerSocket current = listener;
    listener = null;
    Thread accepting = acceptor;
    if (current != null && accepting != null) {
      try {
        current.close();
        // The port is free only when nobody waits in accept any more.
        accepting.join();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot close port " + port, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread.ofVirtual().start(() -> connect(client, socket));
      } catch (IOException e) {
        // Closed by a cut, and the loop ends; anything else concerns one connection only.
      }
    }
  }

  private void connect(Socket client, ServerSocket acceptedBy) {
    Socket server = new Socket();
    open.add(client);
    open.add(server);
    try {
      awaitFlow();
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort));
      if (acceptedBy.isClosed()) {
        throw new IOException("cut while connecting");
      }
      Thread.ofVirtual().start(() -> pump(server, client));
      pump(client, server);
    } catch (IOException | InterruptedException e) {
      // The server is away or the link was cut: the client sees a connection that ends.
      forget(client, server);
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] buffer = new byte[BUFFER];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        awaitFlow();
        out.write(buffer, 0, read);
      }
      awaitFlow();
    } catch (IOException | InterruptedException e) {
      // Either end broke; both are ended below.
    } finally {
      forget(from, to);
    }
  }

  private void awaitFlow() throws InterruptedException {
    lock.lock();
    try {
      while (stalled) {
        flows.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private void forget(Socket one, Socket other) {
    end(one);
    end(other);
    open.remove(one);
    open.remove(other);
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException("a socket could not be closed", e);
    }
  }
}
