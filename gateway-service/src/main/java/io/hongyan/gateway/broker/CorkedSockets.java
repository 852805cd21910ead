package io.hongyan.gateway.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sockets whose output is held back while several messages are written, so that they leave in a few
 * large pieces. The broker's client flushes after each message, and a system call and a packet for
 * each costs gateway and broker more than its bytes. For one publisher's connections, one at a
 * time; thread-safe.
 */
public final class CorkedSockets extends SocketFactory {

  private static final int PIECE = 1 << 16;

  private volatile boolean corked;
  private volatile @Nullable Output current;

  /** Holds back what is written from now on; {@link #uncork()} must follow soon. */
  public void cork() {
    corked = true;
  }

  /** Sends what was held back, and from now on everything at once. */
  public void uncork() throws IOException {
    corked = false;
    Output output = current;
    if (output != null) {
      output.flush();
    }
  }

  @Override
  public Socket createSocket() {
    return new Socket() {
      @Override
      public OutputStream getOutputStream() throws IOException {
        Output output = new Output(super.getOutputStream());
        current = output;
        return output;
      }
    };
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw new UnsupportedOperationException("the broker's client connects by itself");
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
    throw new UnsupportedOperationException("the broker's client connects by itself");
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw new UnsupportedOperationException("the broker's client connects by itself");
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
    throw new UnsupportedOperationException("the broker's client connects by itself");
  }

  private final class Output extends OutputStream {
    private final OutputStream socket;
    private final ReentrantLock lock = new ReentrantLock();
    private final byte[] held = new byte[PIECE];
    private int length;

    Output(OutputStream socket) {
      this.socket = socket;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      lock.lock();
      try {
        if (count > held.length - length) {
          send();
        }
        if (count > held.length) {
          socket.write(bytes, offset, count);
        } else {
          System.arraycopy(bytes, offset, held, length, count);
          length += count;
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void flush() throws IOException {
      if (!corked) {
        lock.lock();
        try {
          send();
        } finally {
          lock.unlock();
        }
      }
    }

    private void send() throws IOException {
      socket.write(held, 0, length);
      length = 0;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
