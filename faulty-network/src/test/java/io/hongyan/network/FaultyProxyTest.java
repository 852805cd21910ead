package io.hongyan.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The proxy in front of a server that sends every byte back. */
class FaultyProxyTest {

  private static final int SHORT_MILLIS = 200;
  private static final int LONG_MILLIS = 10_000;

  private final InetAddress loopback = InetAddress.getLoopbackAddress();
  private ServerSocket server;
  private Thread echoing;
  private FaultyProxy proxy;

  @BeforeEach
  void startServer() throws IOException {
    server = new ServerSocket(0, 50, loopback);
    echoing = Thread.ofVirtual().start(this::echo);
    proxy = new FaultyProxy("127.0.0.1", server.getLocalPort());
  }

  @AfterEach
  void stopServer() throws Exception {
    proxy.close();
    closeServer();
  }

  @Test
  void passesBytesOnBothWays() throws IOException {
    try (Socket client = connect()) {
      assertThat(echoed(client, 'a')).isEqualTo('a');
    }
  }

  @Test
  void aStalledProxySwallowsNothingAndGoesOnWhenItIsRestored() throws IOException {
    try (Socket client = connect()) {
      assertThat(echoed(client, 'a')).isEqualTo('a');

      proxy.stall();
      client.setSoTimeout(SHORT_MILLIS);
      assertThatIOException()
          .isThrownBy(() -> echoed(client, 'b'))
          .isInstanceOf(SocketTimeoutException.class);
      proxy.restore();

      client.setSoTimeout(LONG_MILLIS);
      assertThat(client.getInputStream().read()).isEqualTo('b');
    }
  }

  @Test
  void aCutProxyEndsConnectionsAndRefusesNewOnesUntilItIsRestored() throws IOException {
    try (Socket client = connect()) {
      assertThat(echoed(client, 'a')).isEqualTo('a');

      proxy.cut();

      assertThat(client.getInputStream().read()).isEqualTo(-1);
      assertThatIOException().isThrownBy(this::connect).withMessageContaining("refused");
    }
    proxy.restore();
    try (Socket client = connect()) {
      assertThat(echoed(client, 'c')).isEqualTo('c');
    }
  }

  @Test
  void aResetProxyBreaksConnectionsAndTakesNewOnes() throws IOException {
    try (Socket client = connect()) {
      assertThat(echoed(client, 'a')).isEqualTo('a');

      proxy.reset();

      assertThatIOException()
          .isThrownBy(() -> client.getInputStream().read())
          .isInstanceOf(SocketException.class)
          .withMessageContaining("reset");
    }
    try (Socket client = connect()) {
      assertThat(echoed(client, 'c')).isEqualTo('c');
    }
  }

  @Test
  void aForgottenConnectionStaysSilentThroughAStallAndNewOnesWork() throws IOException {
    try (Socket forgotten = connect()) {
      assertThat(echoed(forgotten, 'a')).isEqualTo('a');

      proxy.forget();
      proxy.stall();
      proxy.restore();

      forgotten.setSoTimeout(SHORT_MILLIS);
      assertThatIOException()
          .isThrownBy(() -> echoed(forgotten, 'b'))
          .isInstanceOf(SocketTimeoutException.class);
      try (Socket fresh = connect()) {
        assertThat(echoed(fresh, 'c')).isEqualTo('c');
      }
    }
  }

  @Test
  void aConnectionThatTheServerRefusesEndsAndIsNotKept() throws Exception {
    closeServer();

    try (Socket client = connect()) {
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
  }

  /** As long as somebody is on the way into accept, a closed server still takes a connection. */
  private void closeServer() throws IOException, InterruptedException {
    server.close();
    echoing.join();
  }

  private Socket connect() throws IOException {
    Socket client = new Socket(loopback, proxy.port());
    client.setSoTimeout(LONG_MILLIS);
    return client;
  }

  private static int echoed(Socket client, char sent) throws IOException {
    client.getOutputStream().write(sent);
    return client.getInputStream().read();
  }

  private void echo() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Thread.ofVirtual()
            .start(
                () -> {
                  try (client) {
                    client.getInputStream().transferTo(client.getOutputStream());
                  } catch (IOException e) {
                    // The proxy broke it, as the test told it to.
                  }
                });
      } catch (IOException e) {
        // Closed at the end of the test.
      }
    }
  }
}
