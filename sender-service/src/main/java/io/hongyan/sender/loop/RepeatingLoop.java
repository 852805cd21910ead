package io.hongyan.sender.loop;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.NestedExceptionUtils;

/**
 * A thread that looks again and again while the sender runs; a round that fails is not the last.
 */
public abstract class RepeatingLoop implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(RepeatingLoop.class);

  /** What is under way then is committed or not, and either way another sender goes on. */
  private static final Duration LAST_CALL = Duration.ofSeconds(15);

  private final String name;
  private final Duration pause;
  private final Semaphore wake = new Semaphore(0);
  private volatile boolean running;
  private volatile boolean stopping;
  private Thread thread = Thread.ofPlatform().unstarted(() -> {});
  private boolean failing;

  /**
   * @param name the thread's, also for the log
   * @param pause between two rounds
   */
  protected RepeatingLoop(String name, Duration pause) {
    this.name = name;
    this.pause = pause;
  }

  /** One look; what it throws is logged once until a round goes well again. */
  protected abstract void round() throws InterruptedException;

  /** Waits at most that long for what a round began and left going. */
  protected abstract void awaitWork(Duration atMost) throws InterruptedException;

  /** Whether a round is to do nothing more. */
  protected final boolean isStopping() {
    return stopping;
  }

  @Override
  public void start() {
    stopping = false;
    running = true;
    thread = Thread.ofPlatform().name(name).start(this::run);
  }

  @Override
  public void stop() {
    stopping = true;
    running = false;
    wake.release();
    try {
      thread.join(LAST_CALL);
      awaitWork(LAST_CALL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  private void run() {
    while (running) {
      try {
        lookOnce();
        if (wake.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          wake.drainPermits();
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void lookOnce() throws InterruptedException {
    try {
      round();
      failing = false;
    } catch (RuntimeException e) {
      if (!failing) {
        log.warn(
            "{} cannot look, tries again every {} cause={}",
            name,
            pause,
            NestedExceptionUtils.getMostSpecificCause(e).toString());
      }
      failing = true;
    }
  }
}
