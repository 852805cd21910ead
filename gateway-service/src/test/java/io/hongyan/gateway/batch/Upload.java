package io.hongyan.gateway.batch;

import io.hongyan.gateway.RunningGateway;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A submission sent piece by piece over a socket, so that a test can stop in the middle. */
final class Upload implements AutoCloseable {

  static final String ADMIN_KEY = "test-admin-key";

  private final Socket socket;
  private final OutputStream out;
  private final boolean chunked;

  private Upload(Socket socket, boolean chunked) throws IOException {
    this.socket = socket;
    this.out = socket.getOutputStream();
    this.chunked = chunked;
  }

  /** Sends the head of a request whose body comes in chunks. */
  static Upload chunked(
      RunningGateway gateway, String target, String contentType, Map<String, String> headers)
      throws IOException {
    return start(gateway, target, contentType, "Transfer-Encoding: chunked", headers, true);
  }

  /** Sends the head of a request that announces its length. */
  static Upload ofLength(RunningGateway gateway, String target, String contentType, long length)
      throws IOException {
    return start(gateway, target, contentType, "Content-Length: " + length, Map.of(), false);
  }

  private static Upload start(
      RunningGateway gateway,
      String target,
      String contentType,
      String framing,
      Map<String, String> headers,
      boolean chunked)
      throws IOException {
    URI uri = gateway.uri("/");
    Upload upload =
        new Upload(new Socket(InetAddress.getLoopbackAddress(), uri.getPort()), chunked);
    StringBuilder head =
        new StringBuilder("POST " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n")
            .append("Authorization: Bearer " + ADMIN_KEY + "\r\n")
            .append("Content-Type: " + contentType + "\r\n" + framing + "\r\n");
    headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    upload.write(head + "\r\n");
    return upload;
  }

  /** Sends a piece of the body. */
  void send(String text) throws IOException {
    if (chunked) {
      int length = text.getBytes(StandardCharsets.UTF_8).length;
      write(Integer.toHexString(length) + "\r\n" + text + "\r\n");
    } else {
      write(text);
    }
  }

  /** Ends a chunked body as it should end, and returns the answer. */
  String finish() throws IOException {
    write("0\r\n\r\n");
    return answer();
  }

  /** Ends the sending half without the rest of the body, and returns the answer, if any. */
  String cutOff() throws IOException {
    socket.shutdownOutput();
    return answer();
  }

  /** The answer: status line, headers and body. */
  String answer() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  /** Breaks the connection. */
  @Override
  public void close() throws IOException {
    socket.close();
  }
}
