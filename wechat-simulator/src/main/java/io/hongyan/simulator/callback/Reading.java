package io.hongyan.simulator.callback;

import tools.jackson.databind.node.ObjectNode;

/** What WeChat makes of an answer to its post. */
sealed interface Reading {

  /** {@code success} or nothing at all: taken, and nothing to show. */
  record Taken() implements Reading {}

  /** A reply to show to the follower; {@code {"type":"text","content":"…"}} and the like. */
  record Reply(ObjectNode reply) implements Reading {}

  /** One that WeChat would not take. */
  record Bad(String problem) implements Reading {}
}
