package io.hongyan.sender.consume;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only one who acks on a channel: gathers what is done in rounds of {@link #ROUND} and acks a
 * whole run of deliveries with one frame where it can, for each frame is an entry in the quorum
 * queue's log. What is done before its predecessors waits one round for them. Thread-safe.
 */
final class Acker {

  private static final Logger log = LoggerFactory.getLogger(Acker.class);
  private static final long NONE = 0;

  /** Short enough that the prefetch has room for what is done and not acked yet. */
  private static final Duration ROUND = Duration.ofMillis(5);

  private final Channel channel;
  private final LinkedBlockingQueue<Order> orders = new LinkedBlockingQueue<>();
  private final Deque<Long> outstanding = new ArrayDeque<>();
  private final Thread thread;

  Acker(Channel channel, String name) {
    this.channel = channel;
    this.thread = Thread.ofVirtual().name(name).start(this::run);
  }

  /** Notes a delivery; called in the order of tags, before {@link #ack} for the same tag. */
  void delivered(long tag) {
    synchronized (outstanding) {
      outstanding.addLast(tag);
    }
  }

  /** Acks the delivery soon. */
  void ack(long tag) {
    orders.add(new Order.Ack(tag));
  }

  /** Gives the delivery back to its queue; counts against the queue's delivery limit. */
  void giveBack(long tag) {
    orders.add(new Order.GiveBack(tag));
  }

  /** Carries out what was handed over so far, then ends. */
  void stop() throws InterruptedException {
    orders.add(new Order.Stop());
    thread.join();
  }

  /** Ends without acking: the broker has everything back. */
  void channelClosed() {
    orders.add(new Order.Stop());
  }

  private void run() {
    Set<Long> settledSingly = new HashSet<>();
    Set<Long> early = new HashSet<>();
    List<Order> gathered = new ArrayList<>();
    try {
      while (true) {
        if (early.isEmpty()) {
          gathered.add(orders.take());
        }
        Thread.sleep(ROUND);
        orders.drainTo(gathered);
        if (carryOut(gathered, early, settledSingly)) {
          return;
        }
        gathered.clear();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | AlreadyClosedException e) {
      // The broker has taken everything unacked back; copies are harmless, the start row decides.
      log.debug("channel closed, acks dropped", e);
    }
  }

  /** Returns whether to stop. */
  private boolean carryOut(List<Order> gathered, Set<Long> early, Set<Long> settledSingly)
      throws IOException {
    boolean stop = false;
    Set<Long> acks = new HashSet<>();
    for (Order order : gathered) {
      switch (order) {
        case Order.Ack ack -> acks.add(ack.tag());
        case Order.GiveBack giveBack -> {
          channel.basicNack(giveBack.tag(), false, true);
          settledSingly.add(giveBack.tag());
        }
        case Order.Stop end -> stop = true;
      }
    }
    ackRun(acks, early, settledSingly);
    ackSingly(early, settledSingly);
    early.addAll(acks);
    if (stop) {
      ackSingly(early, settledSingly);
    }
    return stop;
  }

  /** Acks what has no open predecessor, and takes it out of both sets. */
  private void ackRun(Set<Long> acks, Set<Long> early, Set<Long> settledSingly) throws IOException {
    long upTo = NONE;
    synchronized (outstanding) {
      while (!outstanding.isEmpty()) {
        long first = outstanding.getFirst();
        if (acks.remove(first) || early.remove(first)) {
          upTo = first;
        } else if (!settledSingly.remove(first)) {
          break;
        }
        outstanding.removeFirst();
      }
    }
    // It must end on a tag that is still open: acking one twice closes the channel.
    if (upTo != NONE) {
      channel.basicAck(upTo, true);
    }
  }

  private void ackSingly(Set<Long> tags, Set<Long> settledSingly) throws IOException {
    for (long tag : tags) {
      channel.basicAck(tag, false);
      settledSingly.add(tag);
    }
    tags.clear();
  }

  private sealed interface Order {
    record Ack(long tag) implements Order {}

    record GiveBack(long tag) implements Order {}

    record Stop() implements Order {}
  }
}
