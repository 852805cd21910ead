package io.hongyan.simulator.fault;

import java.time.Duration;

/** What goes wrong with a request. {@code accept}: the request is carried out first, then fails. */
public sealed interface Fault {

  /** Answered with this errcode. */
  record Errcode(int errcode, boolean accept) implements Fault {}

  /** Answered late; with {@code accept} carried out before the wait, otherwise after it. */
  record Delay(Duration delay, boolean accept) implements Fault {}

  /** Answered with this HTTP status and a page of HTML, as a proxy in between does. */
  record HttpStatus(int status, boolean accept) implements Fault {}

  /** The connection is closed without an answer. */
  record CloseSocket(boolean accept) implements Fault {}

  /** Carried out; then, when the answer is due, the connection is cut. */
  record LostReply() implements Fault {}
}
