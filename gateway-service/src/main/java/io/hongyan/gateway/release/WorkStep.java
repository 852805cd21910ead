package io.hongyan.gateway.release;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** What a {@link Worker} does again and again on its thread. */
interface WorkStep extends AutoCloseable {

  /**
   * Does what there is to do now.
   *
   * @param stopping true once the gateway shuts down; long steps look at it between transactions
   * @return how long to wait for the next run, unless woken
   * @throws PublishFailedException if the broker is away; the step is run again after a backoff
   */
  Duration run(BooleanSupplier stopping) throws PublishFailedException;

  /** Called on the worker's thread when it ends. */
  @Override
  default void close() {}
}
