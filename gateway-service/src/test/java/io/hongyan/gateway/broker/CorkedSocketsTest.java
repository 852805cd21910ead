package io.hongyan.gateway.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CorkedSocketsTest {

  private final CorkedSockets sockets = new CorkedSockets();
  private ServerSocket server;
  private Socket here;
  private Socket there;
  private OutputStream output;

  @BeforeEach
  void connect() throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    here = sockets.createSocket();
    here.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()));
    there = server.accept();
    output = here.getOutputStream();
  }

  @AfterEach
  void close() throws IOException {
    here.close();
    there.close();
    server.close();
  }

  @Test
  void whatIsFlushedLeavesAtOnceUnlessCorked() throws Exception {
    say("heartbeat");
    assertThat(hear(9)).isEqualTo("heartbeat");

    sockets.cork();
    say("first ");
    say("second ");
    assertThat(there.getInputStream().available()).isZero();

    sockets.uncork();
    assertThat(hear(13)).isEqualTo("first second ");

    say("third");
    assertThat(hear(5)).isEqualTo("third");
  }

  @Test
  void allOfItComesInOrderHoweverLargeThePieces() throws Exception {
    byte[] sent = new byte[3_000_000];
    new Random(1).nextBytes(sent);
    Thread writing = Thread.ofVirtual().start(() -> writeInPieces(sent));

    byte[] received = there.getInputStream().readNBytes(sent.length);

    writing.join();
    assertThat(received).isEqualTo(sent);
  }

  @Test
  void uncorkingWithoutAConnectionDoesNothing() throws Exception {
    CorkedSockets unused = new CorkedSockets();
    unused.cork();
    unused.uncork();
  }

  private void writeInPieces(byte[] sent) {
    Random random = new Random(2);
    sockets.cork();
    try {
      for (int from = 0; from < sent.length; ) {
        int length = Math.min(sent.length - from, 1 + random.nextInt(100_000));
        output.write(sent, from, length);
        output.flush();
        from += length;
      }
      output.write(new byte[0]);
      sockets.uncork();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void say(String words) throws IOException {
    output.write(words.getBytes());
    output.flush();
  }

  private String hear(int bytes) throws IOException {
    return new String(there.getInputStream().readNBytes(bytes));
  }
}
