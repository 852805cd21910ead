package io.hongyan.chaos;

import io.hongyan.chaos.scenario.RoundRunner;
import io.hongyan.chaos.stack.Stack;
import io.hongyan.chaos.stack.StackOptions;
import io.hongyan.stack.Installation;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one stack running, as long as the next scenario can use it, and ends it with the suite,
 * Ctrl-C included.
 */
final class StackKeeper implements AutoCloseable {

  private final Installation installation;
  private final Thread atExit = new Thread(this::end, "end-stack");
  private @Nullable StackOptions options;
  private @Nullable Stack stack;
  private @Nullable RoundRunner runner;
  private boolean ended;

  StackKeeper(Installation installation) {
    this.installation = installation;
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** A stack like this runs afterwards; the present one if it is. */
  void prepare(StackOptions wanted) {
    if (!wanted.equals(options)) {
      replace(wanted);
    }
  }

  /** Another stack in place of this one, without its data. */
  void renew() {
    if (options == null) {
      throw new IllegalStateException("there is no stack to renew");
    }
    replace(options);
  }

  /** A new stack in place of the present one, if there is one. */
  void replace(StackOptions wanted) {
    endStack();
    System.out.println(
        "starting a stack: 3 RabbitMQ nodes, PostgreSQL, Redis, simulator, 2 gateways, 2 senders");
    Stack fresh = new Stack(installation, wanted);
    options = wanted;
    synchronized (this) {
      if (ended) {
        throw new IllegalStateException("the suite is being stopped");
      }
      stack = fresh;
    }
    fresh.start();
    RoundRunner ready = new RoundRunner(fresh);
    ready.warmUp();
    runner = ready;
  }

  Stack stack() {
    Stack current = stack;
    if (current == null) {
      throw new IllegalStateException("no stack was started");
    }
    return current;
  }

  RoundRunner runner() {
    RoundRunner current = runner;
    if (current == null) {
      throw new IllegalStateException("no stack was started");
    }
    return current;
  }

  private synchronized void end() {
    ended = true;
    endStack();
  }

  private synchronized void endStack() {
    Stack current = stack;
    stack = null;
    if (current != null) {
      current.close();
    }
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The machine is shutting down already, and the hook has nothing left to end.
    }
  }
}
