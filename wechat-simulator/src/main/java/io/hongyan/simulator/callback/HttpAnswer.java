package io.hongyan.simulator.callback;

/** How a request of ours ended. */
sealed interface HttpAnswer {

  /** With a complete answer. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Complete(int status, byte[] body) implements HttpAnswer {}

  /** No complete answer in time; the connection was closed. */
  record TimedOut() implements HttpAnswer {}

  /** The other side closed the connection, answered no HTTP, or let nobody connect. */
  record Closed() implements HttpAnswer {}
}
