package io.hongyan.bench.peer;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** The only one who acks on a channel; acks whole runs of deliveries where it can. Thread-safe. */
final class Acker implements AutoCloseable {

  private static final long STOP = OpenTags.NONE;

  private final Channel channel;
  private final Consumer<Throwable> onFailure;
  private final OpenTags tags = new OpenTags();
  private final LinkedBlockingQueue<Long> orders = new LinkedBlockingQueue<>();
  private final Thread thread;

  /**
   * @param onFailure told once if the channel breaks
   */
  Acker(Channel channel, Consumer<Throwable> onFailure) {
    this.channel = channel;
    this.onFailure = onFailure;
    this.thread = Thread.ofVirtual().name("acker").start(this::run);
  }

  /** Notes a delivery; called in the order of tags, before {@link #ack} for the same tag. */
  void delivered(long tag) {
    tags.delivered(tag);
  }

  /** Acks the delivery soon. */
  void ack(long tag) {
    orders.add(tag);
  }

  /** Acks what was handed over so far, then ends. */
  @Override
  public void close() throws InterruptedException {
    orders.add(STOP);
    thread.join();
  }

  private void run() {
    List<Long> gathered = new ArrayList<>();
    try {
      boolean stop = false;
      while (!stop) {
        gathered.add(orders.take());
        orders.drainTo(gathered);
        stop = gathered.removeIf(tag -> tag == STOP);
        send(tags.ack(gathered));
        gathered.clear();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | ShutdownSignalException e) {
      onFailure.accept(e);
    }
  }

  private void send(OpenTags.Frames frames) throws IOException {
    if (frames.upTo() != OpenTags.NONE) {
      channel.basicAck(frames.upTo(), true);
    }
    for (long tag : frames.singly()) {
      channel.basicAck(tag, false);
    }
  }
}
