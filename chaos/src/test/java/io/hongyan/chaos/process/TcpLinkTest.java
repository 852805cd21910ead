package io.hongyan.chaos.process;

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

/** The link in front of a server that sends every byte back. */
class TcpLinkTest {

  private static final int SHORT_MILLIS = 200;
  private static final int LONG_MILLIS = 10_000;

  private final InetAddress loopback = InetAddress.getLoopbackAddress();
  private ServerSocket server;
  private TcpLink link;

  @BeforeEach
  void startServer() throws IOException {
    server = new ServerSocket(0, 50, loopback);
    Thread.ofVirtual().start(this::echo);
    link = new TcpLink(new Ports().next(), server.getLocalPort());
  }

  @AfterEach
  void stopServer() throws IOException {
    link.close();
    server.close();
  }

  @Test
  void passesBytesOnBothWays() throws IOException {
    try (Socket client = connect()) {
      assertThat(echoed(client, 'a')).isEqualTo('a');
    }
  }

  @Test
  void aStalledLinkSwallowsNothingAndGoesOnWhenItIsHealed() throws IOException {
    try (Socket client = connect()) {
      assertThat(echoed(client, 'a')).isEqualTo('a');

      link.stall();
      client.setSoTimeout(SHORT_MILLIS);
      assertThatIOException()
          .isThrownBy(() -> echoed(client, 'b'))
          .isInstanceOf(SocketTimeoutException.class);
      link.heal();

      client.setSoTimeout(LONG_MILLIS);
      assertThat(client.getInputStream().read()).isEqualTo('b');
    }
  }

  @Test
  void aCutLinkEndsConnectionsAndRefusesNewOnesUntilItIsHealed() throws IOException {
    try (Socket client = connect()) {
      assertThat(echoed(client, 'a')).isEqualTo('a');

      link.cut();

      assertThat(client.getInputStream().read()).isEqualTo(-1);
      assertThatIOException().isThrownBy(this::connect).withMessageContaining("refused");
    }
    link.heal();
    try (Socket client = connect()) {
      assertThat(echoed(client, 'c')).isEqualTo('c');
    }
  }

  @Test
  void aResetLinkBreaksConnectionsAndTakesNewOnes() throws IOException {
    try (Socket client = connect()) {
      assertThat(echoed(client, 'a')).isEqualTo('a');

      link.reset();

      assertThatIOException()
          .isThrownBy(() -> client.getInputStream().read())
          .isInstanceOf(SocketException.class)
          .withMessageContaining("reset");
    }
    try (Socket client = connect()) {
      assertThat(echoed(client, 'c')).isEqualTo('c');
    }
  }

  private Socket connect() throws IOException {
    Socket client = new Socket(loopback, link.port());
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
                    // The link broke, as the test told it to.
                  }
                });
      } catch (IOException e) {
        // Closed at the end of the test.
      }
    }
  }
}
