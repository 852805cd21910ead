package io.hongyan.breaker;

import java.lang.reflect.Method;
import net.bytebuddy.implementation.bind.annotation.AllArguments;
import net.bytebuddy.implementation.bind.annotation.SuperMethod;
import net.bytebuddy.implementation.bind.annotation.This;

/**
 * The sender hands each delivery to a thread in the background and says at once that it may be
 * acked, before anything about it is committed: a sender that is killed takes with it all that it
 * had in hand. Called by the woven {@code MessageListener}. The gateway's sweeper would mend it
 * after {@code hongyan.lost-after}, so whoever wants to see it must look before.
 */
public final class AckBeforeCommit {

  static final Break BREAK =
      new Break(
          "ack-before-commit",
          "io.hongyan.sender.consume.MessageListener",
          "handle",
          3,
          AckBeforeCommit.class);

  private AckBeforeCommit() {}

  /**
   * Takes the place of {@code boolean handle(Delivery, Lane, BooleanSupplier)}, which answers
   * whether to ack.
   */
  public static boolean handle(
      @This Object listener, @SuperMethod Method original, @AllArguments Object[] arguments) {
    Thread.ofVirtual().start(() -> Product.call(original, listener, arguments));
    return true;
  }
}
